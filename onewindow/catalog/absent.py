"""Words by which lists say that there is nothing."""

NOTHING = frozenset({"", "无", "暂无", "无。", "null", "NULL", "None", "-", "—", "/"})
