"""What people are told when a file is not taken."""

from __future__ import annotations

from onewindow.kernel.errors import N_

# A refusal of the inspection -> the sentence; the code goes out as it stands.
MESSAGES = {
    "media": N_("只能上传 PDF、OFD、JPG 或 PNG 文件。"),
    "no-page": N_("OFD 文件不能拆成页，请直接作为文件上传。"),
    "empty": N_("文件是空的。"),
    "encrypted": N_("文件设有密码或权限限制，请取消后再上传。"),
    "active": N_("文件里有脚本、表单动作或多媒体等活动内容，请重新打印或导出为普通 PDF 后再上传。"),
    "embedded": N_("文件里夹带了别的文件，请分别上传。"),
    "polyglot": N_("文件里混有别的格式的内容，请重新导出后再上传。"),
    "bad-structure": N_("OFD 文件的内部结构不合规范，请重新导出后再上传。"),
    "unsafe-xml": N_("OFD 文件里有不允许的 XML 声明（DTD、实体或处理指令），请重新导出后再上传。"),
    "damaged": N_("文件已损坏，打不开。"),
    "animated": N_("不能上传动态图片。"),
    "too-many-pages": N_("文件页数太多，请分成几个文件上传。"),
    "too-many-pixels": N_("图片的尺寸太大，请缩小后再上传。"),
    "too-heavy": N_("文件过于复杂，无法检查，请重新导出后再上传。"),
}
INFECTED = N_("文件带有病毒，没有收下。请先查毒，或重新制作后再上传。")
LOCKED = N_("这个文件查出病毒，已经锁定，不能打开，请重新提交。")
STORAGE_AWAY = N_("文件存储暂时没有回应，什么都没有丢，请稍后再试。")
SCANNER_AWAY = N_("查毒服务暂时没有回应，请稍后再上传，或到窗口提交。")
NO_UPLOAD = N_("没有这个上传，或者它已经过期，请重新上传。")
OTHER_OFFSET = N_("续传的位置不对，请先查询已收到多少。")
PIECE_TOO_LARGE = N_("每一段不能超过 2 MB。")
TOO_MUCH_OPEN = N_("没有传完的文件太多，请先传完或取消几个。")
BAD_SIZE = N_("文件大小应为 1 字节至 50 MB。")
NOT_FINISHED = N_("文件还没有传完。")
TOO_LARGE = N_("文件不能超过 50 MB。")
UNKNOWN_FILE = N_("没有这个文件，或者它不是您上传的。")
