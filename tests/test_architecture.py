"""The house stands as it was drawn: who may import whom, and what only one module may do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("fieldapp", "sync", "ui")
WIRING = (
    "fieldapp.__main__",
    "fieldapp.cli",
    "ui.app",
    "ui.program",
    "ui.surroundings",
    "ui.demo",
    "sync.server.api.app",
    "sync.server.cli",
)
"""The modules that put concrete parts together."""


@dataclass(frozen=True)
class Module:
    """A module of ours with what it imports, inside functions too."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def imports(self) -> set[str]:
        """Full names of the imported modules, and of what is imported from them."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def is_in(self, *places: str) -> bool:
        """Whether it is one of these modules, or lies in one of these packages."""
        return any(within(self.name, place) for place in places)


def within(name: str, place: str) -> bool:
    return name == place or name.startswith(place + ".")


@cache
def modules() -> tuple[Module, ...]:
    """All of ours, but migrations, which are written once and never changed."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                name = ".".join(parts).removesuffix(".__init__")
                found.append(Module(name, path, ast.parse(path.read_text("utf-8"))))
    return tuple(found)


def offenders(users: tuple[str, ...], used: tuple[str, ...]) -> list[str]:
    """Modules of `users` that import something of `used`."""
    return sorted(
        f"{module.name} imports {name}"
        for module in modules()
        if module.is_in(*users)
        for name in module.imports
        if any(within(name, place) for place in used)
    )


def test_there_is_a_house_to_look_at() -> None:
    names = {module.name for module in modules()}
    assert {"fieldapp.store.store", "sync.protocol", "ui.shell.window"} <= names


RULES = {
    "fieldapp knows neither window nor wire": (
        ("fieldapp",),
        ("ui", "sync", "PySide6", "requests", "fastapi"),
        ("fieldapp.__main__", "fieldapp.cli"),
    ),
    "the model stands on nothing but clock and errors": (
        ("fieldapp.model",),
        ("fieldapp.rules", "fieldapp.store", "fieldapp.usecases", "fieldapp.reports"),
        (),
    ),
    "rules are pure": (
        ("fieldapp.rules",),
        ("fieldapp.store", "fieldapp.usecases", "fieldapp.model", "sqlalchemy", "sqlmodel"),
        (),
    ),
    "foreign lists are understood without the store": (
        ("fieldapp.lists",),
        ("fieldapp.store", "fieldapp.usecases", "sqlalchemy", "sqlmodel"),
        (),
    ),
    "reports take rows from anywhere": (
        ("fieldapp.reports",),
        ("fieldapp.store", "fieldapp.usecases", "sqlalchemy", "sqlmodel"),
        (),
    ),
    "the store serves use cases, it does not call them": (
        ("fieldapp.store",),
        ("fieldapp.usecases", "fieldapp.reports", "fieldapp.cli"),
        (),
    ),
    "the window speaks to the server through the sync client": (
        ("ui",),
        ("sync.server", "sync.merge", "requests", "sqlalchemy", "sqlcipher3"),
        ("ui.demo",),
    ),
    "the merge is pure": (
        ("sync.merge",),
        ("fieldapp.store", "fieldapp.usecases", "sqlalchemy", "sqlmodel", "requests"),
        (),
    ),
    "the protocol knows neither side": (("sync.protocol",), ("sync.client", "sync.server"), ()),
    "the client does not know the server": (("sync.client",), ("sync.server", "ui"), ()),
    "the server does not know the client": (("sync.server",), ("sync.client", "ui"), ()),
    "the server does not know the laptop": (
        ("sync.server",),
        ("fieldapp.store", "fieldapp.usecases", "fieldapp.cli"),
        (),
    ),
    "Qt stands in the window only": (
        ("fieldapp", "sync"),
        ("PySide6", "shiboken6", "qtawesome"),
        ("fieldapp.cli.doctor",),
    ),
    "the network is reached in the transport only": (
        ("fieldapp", "sync", "ui"),
        ("requests", "urllib3", "http.client", "urllib.request"),
        (
            "sync.client.line",
            "sync.client.transport",
        ),
    ),
}


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_imports_run_one_way(rule: str) -> None:
    users, used, excepted = RULES[rule]
    found = offenders(users, used)
    allowed = [one for one in found if any(within(one.split()[0], place) for place in excepted)]
    assert [one for one in found if one not in allowed] == []


def test_screens_reach_the_store_through_use_cases() -> None:
    """A screen may name the store's type and its drafts, it reads no tables."""
    screens = ("ui.places", "ui.palette", "ui.widgets", "ui.shell", "ui.theme")
    tables = ("fieldapp.store.tables", "fieldapp.store.rows", "fieldapp.store.log")
    queries = [m.name for m in modules() if m.name.startswith("fieldapp.store.queries")]
    assert offenders(screens, (*tables, *queries)) == []


def test_only_wiring_makes_concrete_parts() -> None:
    concrete = {"HttpTransport", "SystemClock", "OsKeystore"}
    homes = ("sync.client.transport", "fieldapp.clock", "fieldapp.store.file.keys")
    defaults = ("sync.client.sign_in", "fieldapp.demo.town_clock")
    found = [
        f"{module.name} calls {name}"
        for module in modules()
        if not module.is_in(*WIRING, *homes, *defaults)
        for name in calls(module.tree)
        if name in concrete
    ]
    assert found == []


def calls(tree: ast.AST) -> Iterator[str]:
    """The last names of all that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


TIME_AND_CHANCE = {
    "datetime.now": ("fieldapp.clock",),
    "datetime.utcnow": (),
    "date.today": (),
    "time.time": (),
    "time.sleep": (),
    "time.monotonic": ("sync.client.driver", "ui.demo"),
    "uuid.uuid4": (),
    "uuid.uuid1": (),
    "QApplication.processEvents": (),
    "QCoreApplication.processEvents": (),
}


@pytest.mark.parametrize("call", TIME_AND_CHANCE, ids=str)
def test_time_and_chance_are_passed_in(call: str) -> None:
    homes = TIME_AND_CHANCE[call]
    found = [
        module.name
        for module in modules()
        if not module.is_in(*homes)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(call)
    ]
    assert found == []


def test_nothing_catches_everything_but_the_last_nets() -> None:
    nets = ("ui.tasks", "fieldapp.cli.program")
    found = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if not module.is_in(*nets)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert found == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """`except:`, `except Exception`, and `except BaseException` that does not raise again."""
    caught = "" if handler.type is None else ast.unparse(handler.type)
    raises_again = isinstance(handler.body[-1], ast.Raise)
    return caught in ("", "Exception") or (caught == "BaseException" and not raises_again)


def test_colours_stand_with_the_tokens_only() -> None:
    """Of the window's; papers and workbooks have their own few."""
    found = [
        f"{module.name}: {node.value}"
        for module in modules()
        if not module.is_in("ui.theme.tokens", "fieldapp.reports")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"#(?:[0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})", node.value)
    ]
    assert found == []


def test_importing_a_module_leaves_no_trace(tmp_path: Path) -> None:
    """Every module can be imported in an empty folder, and nothing appears there or is printed."""
    names = [m.name for m in modules() if not m.name.endswith("__main__")]
    script = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, *names],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.rglob("*")) == []


def test_the_first_window_waits_for_no_heavy_import() -> None:
    heavy = "sqlmodel", "sqlalchemy", "requests", "alembic", "keyring", "pydantic", "typer"
    script = f"import sys, ui.app; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# --- the tree ------------------------------------------------------------------------------------


def tracked() -> list[Path]:
    """The files that git keeps; without git, all but the folders that nobody keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [name for name in listed.stdout.split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", sorted((ROOT / "packaging/locks").glob("*.txt")), ids=str)
def test_locks_hold_hashes_and_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    pins = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
    assert pins and "://" not in text and "find-links" not in text
    assert len(re.findall(r"^    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) >= len(pins)


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    machine = re.compile(rb"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/(?:pypi|wheels))/")
    ours = Path(__file__).name
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in tracked()
        if path.suffix not in (".png", ".ttf")
        and path.name != ours
        and (match := machine.search(path.read_bytes()))
    ]
    assert found == []
