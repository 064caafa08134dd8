"""Compression work-bench (压缩工作台): how much shorter, lighter and nearer a set of items has become."""

from onewindow.catalog.compression.figures import Assumptions, Figures, LeftOut, Pair, figures
from onewindow.catalog.compression.materials import Group, groups

__all__ = ["Assumptions", "Figures", "Group", "LeftOut", "Pair", "figures", "groups"]
