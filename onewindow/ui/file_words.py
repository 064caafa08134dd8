"""Words of files and what becomes of them, for ``ui.words``."""

from __future__ import annotations

from collections.abc import Mapping

from onewindow.kernel.errors import N_
from onewindow.parcels.rules import CARRIERS, EVENTS, STATES

PARCELS: Mapping[str, Mapping[str, str]] = {
    "carrier": CARRIERS,
    "parcel_state": STATES,
    "parcel_event": EVENTS,
}

# Trust in a material (可信等级): where its level comes from (``cases/rules/trust.py``).
TRUST: Mapping[str, str] = {
    "fetched": N_("由数据共享取得"),
    "signed": N_("签发机关电子签名有效"),
    "scanned": N_("窗口对照原件扫描"),
    "seen": N_("窗口核验过原件"),
    "handed": N_("当面交来原件"),
    "uploaded": N_("申请人上传，原件还没有核验"),
    "copied": N_("窗口收的复印件，原件还没有核验"),
    "self-made": N_("申请人自己填写、制作"),
}
