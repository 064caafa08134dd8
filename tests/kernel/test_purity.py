"""The kernel stays pure: the standard library, msgspec and itself, and no clock of its own."""

import ast
import sys
from pathlib import Path

import pytest

from onewindow import kernel

ROOT = Path(kernel.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_and_clocks(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            own = name == "onewindow.kernel" or name.startswith("onewindow.kernel.")
            top = name.partition(".")[0]
            assert own or top == "msgspec" or top in sys.stdlib_module_names, name
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today"}, f"line {node.lineno} reads the clock"
