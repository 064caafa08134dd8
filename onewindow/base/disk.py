"""How full the disks are, and that no new file is taken before the last room is gone.

A write-ahead log that finds no room stops the whole database. So uploads are refused early, at a share that
the operator sets, while deeds, which need little, go on.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from django.conf import settings

from onewindow.kernel.errors import N_, Full

# So much room is enough at any share: 15 % of a large disk are months of uploads.
PLENTY = 20 * 2**30  # bytes


class Disk(msgspec.Struct, frozen=True):
    """One place on a disk; bytes. ``share`` is what is used of what the platform may use, 0 to 1."""

    name: str
    total: int
    free: int

    @property
    def share(self) -> float:
        return 1 - self.free / self.total if self.total else 1.0


def measure(name: str, path: Path) -> Disk:
    """The disk on which ``path`` lies or would be made; what is kept for root counts as neither used nor free."""
    while not path.exists() and path != path.parent:
        path = path.parent
    found = os.statvfs(path)
    used = found.f_blocks - found.f_bfree
    return Disk(name, (used + found.f_bavail) * found.f_frsize, found.f_bavail * found.f_frsize)


def disks() -> list[Disk]:
    """The data directory and the files, which may lie on disks of their own."""
    return [
        measure("data", Path(settings.ONEWINDOW_DATA_DIR)),
        measure("files", Path(settings.ONEWINDOW_FILES_DIR)),
    ]


def is_full() -> bool:
    """Whether one of them is used up to ``ONEWINDOW_DISK_FULL_PERCENT`` and has less than 20 GiB left."""
    limit = settings.ONEWINDOW_DISK_FULL_PERCENT / 100
    return any(one.share >= limit and one.free < PLENTY for one in disks())


def require_room() -> None:
    """Raise ``Full`` (507) when no further upload may be taken."""
    if is_full():
        raise Full(
            "no-room", N_("存储空间不足，暂时不能上传文件。其他业务照常办理，请稍后再上传或到窗口提交。")
        )
