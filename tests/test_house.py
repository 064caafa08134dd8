"""The house rules that import-linter cannot see."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "onewindow"
FLOORS = [
    "kernel",
    "base",
    "people",
    "org",
    "documents",
    "catalog",
    "notices",
    "cases",
    "parcels",
    "intake",
    "custody",
    "privacy",
    "reviews",
    "supervision",
    "ui",
    "faces",
    "site",
]
SISTERS = {frozenset({"org", "people"})}
LONGEST_FILE = 450
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
# Rows that are derived from the one they hang on and can be made again.
DERIVED = {"catalog.ItemSearch"}
WRITING_METHODS = {
    "save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "select_for_update",
}  # fmt: skip


@functools.cache
def modules() -> tuple[Path, ...]:
    """Every module under version control or about to be; migrations are written by a machine."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "onewindow"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    paths = [ROOT / name for name in listed] or list(PACKAGE.rglob("*.py"))
    return tuple(
        path
        for path in sorted(paths)
        if path.suffix == ".py" and path.exists() and "migrations" not in path.parts
    )


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every dotted name that a module imports, `from a.b import c` as `a.b.c`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def test_modules_are_found() -> None:
    assert len(modules()) > 20


def test_modules_open_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_files_stay_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def test_no_file_without_a_home() -> None:
    names = {part.removesuffix(".py") for path in modules() for part in path.relative_to(PACKAGE).parts}
    assert not names & FORBIDDEN_NAMES


def test_models_are_private_to_their_room() -> None:
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in modules()
        for node, name in imported(path)
        if (parts := name.split("."))[0] == "onewindow"
        and "models" in parts[2:4]
        and parts[1] != room_of(path)
        and not (parts[1] == "faces" and room_of(path) == "faces")
    ]
    assert not wrong


def test_foreign_keys_point_down() -> None:
    """Walks the app registry: references by string hide from import tools."""
    wrong = []
    for model in apps.get_models():
        here = model.__module__.split(".")
        if here[0] != "onewindow":
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            there = field.related_model.__module__.split(".")  # type: ignore[union-attr]
            if there[0] != "onewindow" or there[1] == here[1]:
                continue
            is_up = FLOORS.index(there[1]) > FLOORS.index(here[1])
            if is_up or frozenset({there[1], here[1]}) in SISTERS:
                wrong.append(f"{model._meta.label}.{field.name} -> {'.'.join(there[:2])}")
    assert not wrong


def test_foreign_keys_protect() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("onewindow.") and model._meta.label not in DERIVED
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.remote_field.on_delete.__name__ != "PROTECT"
    ]
    assert not wrong


def test_no_signals() -> None:
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in modules()
        for node, name in imported(path)
        if name.startswith(("django.db.models.signals", "django.dispatch", "django.core.signals"))
    ]
    assert not wrong


def test_no_import_inside_a_function_to_dodge_a_circle() -> None:
    """The command line imports late, so that `--help` costs nothing; nobody else has a reason."""
    wrong = [
        place(path, node)
        for path in modules()
        if not str(path.relative_to(PACKAGE)).startswith("site/")
        for function in ast.walk(tree(path))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any(name.startswith("onewindow") for name in _names(node))
    ]
    assert not wrong


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    return (
        [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "onewindow"]
    )


def test_only_the_command_line_imports_late_in_site() -> None:
    allowed = ("site/cli/", "site/apps.py")  # apps: models exist only when Django calls `ready`
    wrong = [
        place(path, node)
        for path in modules()
        if (name := str(path.relative_to(PACKAGE))).startswith("site/") and not name.startswith(allowed)
        for function in ast.walk(tree(path))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any(n.startswith("onewindow") for n in _names(node))
    ]
    assert not wrong


def test_faces_never_write() -> None:
    """A face reads input, calls a service or a query, and renders."""
    wrong = [
        f"{place(path, node)} .{node.func.attr}()"
        for path in modules()
        if room_of(path) == "faces"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (node.func.attr in WRITING_METHODS and _is_about_rows(node.func.value))
    ]
    wrong += [
        f"{place(path, node)} imports {name}"
        for path in modules()
        if room_of(path) == "faces"
        for node, name in imported(path)
        if name.startswith(("django.db.connection", "django.db.transaction", "django.db.models", "psycopg"))
    ]
    assert not wrong


def _is_about_rows(node: ast.expr) -> bool:
    """`X.objects.…` or a query set built from it; `services.create(...)` is a deed and welcome."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in ("objects", "_default_manager")
        for part in ast.walk(node)
    )


def test_rules_are_pure() -> None:
    forbidden = ("django", "psycopg", "procrastinate", "time", "random", "os")
    wrong = [
        f"{place(path, node)} imports {name}"
        for path in modules()
        if path.name == "rules.py" or "rules" in path.parts or room_of(path) == "kernel"
        for node, name in imported(path)
        if name.split(".")[0] in forbidden
    ]
    wrong += [
        f"{place(path, node)} asks the clock"
        for path in modules()
        if path.name == "rules.py" or "rules" in path.parts or room_of(path) == "kernel"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow")
        and isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
    ]  # fmt: skip
    assert not wrong


def test_time_comes_from_one_place() -> None:
    """Rooms are told the time; only the clock of the base, and the site around it, ask the machine."""
    wrong = [
        place(path, node)
        for path in modules()
        if room_of(path) not in ("site", "kernel") and path.relative_to(PACKAGE).as_posix() != "base/clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
        and isinstance(node.func.value, ast.Name) and node.func.value.id in ("datetime", "date", "timezone")
    ]  # fmt: skip
    assert not wrong


def test_no_save_overrides() -> None:
    wrong = [
        f"{place(path, node)} {cls.name}.{node.name}"
        for path in modules()
        if path.name == "models.py" or "models" in path.parts
        for cls in ast.walk(tree(path))
        if isinstance(cls, ast.ClassDef)
        for node in cls.body
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete")
    ]
    assert not wrong
