"""Words in the boxes of the flow chart stay within them, in whatever language."""

import pytest

from onewindow.faces.portal.flow import MARGIN, Box


@pytest.mark.parametrize(
    "meta, width, fits",
    [
        ("综合窗口 · 1 个工作日", 148, True),
        ("Integrated window · 1 working day", 168, False),
        ("", 148, True),
    ],
)
def test_a_line_too_long_for_its_box_is_set_closer(meta: str, width: int, fits: bool) -> None:
    box = Box(x=0, y=22, width=width, kind="plain", title="受理", meta=meta)
    assert box.squeeze == (0 if fits else box.width - MARGIN)
