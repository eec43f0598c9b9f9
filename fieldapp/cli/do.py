"""Any use case by its name, with JSON arguments: the registry is made from their signatures.

A use case that takes a whole page (`enrol`, `decide`) takes here what the page is of, and gets it
fresh from the file: `{"ward": …, "household": …}` stands for a household's page, `{"ward": …,
"id": …}` for a conflict's.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import isfinite
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from fieldapp.cli.session import Session
from fieldapp.cli.telling import plain
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.store.store import Store
from fieldapp.words import Words

GIVEN_HERE = frozenset({"store", "words", "progress", "cancelled", "basis", "far"})
"""Parameters that a script never says."""
INNER = (
    *("scans.Scan", "facts.Door", "me.StaffName", "preview.Preview", "presets.LastExport"),
    *("visit_table.VisitTable", "people_table.PeopleTable", "households_table.HouseholdsTable"),
)
"""What use cases hand to one another, and a screen keeps: no script can say or read it."""


@dataclass(frozen=True)
class UseCase:
    """One use case: how it is called, and what it takes besides the store."""

    name: str
    call: Callable[..., Any]
    takes: Mapping[str, inspect.Parameter]
    hints: Mapping[str, Any]

    def asked(self) -> dict[str, bool]:
        """What a script says, in order; True for what it must say."""
        names: dict[str, bool] = {}
        for name, parameter in self.takes.items():
            needed = parameter.default is inspect.Parameter.empty
            if name == "page":
                names |= {part: True for part in _page_of(self)[1]}
            elif name not in GIVEN_HERE:
                names[name] = needed
        return names


@cache
def registry() -> Mapping[str, UseCase]:
    """All use cases by name; by `module.name` too."""
    found: dict[str, UseCase] = {}
    for name, usecase in _all():
        found[name] = usecase
        found.setdefault(usecase.name, usecase)
    return found


def _all() -> Iterator[tuple[str, UseCase]]:
    import fieldapp.usecases

    home = fieldapp.usecases
    for entry in pkgutil.walk_packages(home.__path__, prefix=f"{home.__name__}."):
        module = import_module(entry.name)
        for function in _functions(module):
            signature = inspect.signature(function)
            hints = get_type_hints(function)
            handed = " ".join(str(hint) for hint in hints.values())
            if any(inner in handed for inner in INNER):
                continue
            usecase = UseCase(function.__name__, function, signature.parameters, hints)
            yield f"{entry.name.rpartition('.')[2]}.{function.__name__}", usecase


def _functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """The public functions made in a module whose first parameter is the store."""
    for name, function in vars(module).items():
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if function.__module__ != module.__name__:
            continue
        parameters = list(inspect.signature(function).parameters)
        if parameters and parameters[0] == "store":
            yield function


def usecase_of(name: str) -> UseCase:
    """The use case of a name. Raises UserMends: `cli.usecase_unknown`."""
    if name not in registry():
        raise UserMends("cli.usecase_unknown", field="usecase", name=name)
    return registry()[name]


def call(store: Store, words: Words, name: str, said: Mapping[str, Any]) -> Any:
    """Runs a use case; its answer as JSON knows it.

    Raises:
        UserMends: `cli.usecase_unknown`, `cli.argument_unknown`, `cli.argument_missing`,
            `cli.argument_invalid`, and whatever the use case raises.
    """
    usecase = usecase_of(name)
    asked = usecase.asked()
    for unknown in said.keys() - asked.keys():
        raise UserMends("cli.argument_unknown", field=unknown, name=name, argument=unknown)
    for needed, must in asked.items():
        if must and needed not in said:
            raise UserMends("cli.argument_missing", field=needed, name=name, argument=needed)
    return plain(usecase.call(store, **_values(usecase, store, words, said)))


def _values(
    usecase: UseCase, store: Store, words: Words, said: Mapping[str, Any]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in usecase.takes:
        if name == "page":
            reader, parts = _page_of(usecase)
            typed = (_typed(reader, words, part, said[part]) for part in parts)
            made[name] = reader.call(store, *typed)
        elif name == "words":
            made[name] = words
        elif name == "progress":
            made[name] = lambda *_: None
        elif name == "cancelled":
            made[name] = lambda: False
        elif name in said and name not in GIVEN_HERE:
            made[name] = _typed(usecase, words, name, said[name])
    return made


_WANTED = {
    "int": "number",
    "float": "number",
    "finite": "number",
    "date": "day",
    "bool": "yes_no",
    "literal": "choice",
    "string": "text",
    "list": "list",
    "tuple": "list",
    "missing": "missing",
}
"""What an argument must be, by the first word of pydantic's name for the error."""


def _typed(usecase: UseCase, words: Words, name: str, value: Any) -> Any:
    """The value as the use case's own type: dates and choices come as JSON."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(usecase.hints[name]).validate_python(value)
    except ValidationError as refusal:
        first = refusal.errors()[0]
        where = ".".join([name, *(str(part) for part in first["loc"])])
        wanted = _WANTED.get(first["type"].partition("_")[0], "other")
        among = first.get("ctx", {}).get("expected", "").replace(" or ", ", ")
        detail = words.say(f"cli.wanted_{wanted}", among=among)
        raise UserMends(
            "cli.argument_invalid", field=name, argument=where, detail=detail
        ) from refusal


def _page_of(usecase: UseCase) -> tuple[UseCase, tuple[str, ...]]:
    """How the page that a use case stands on is read, and what that takes."""
    kind = usecase.hints["page"].__name__
    reader = {"HouseholdPage": "household_page", "ConflictPage": "conflict_page"}[kind]
    found = registry()[reader]
    return found, tuple(name for name in found.takes if name != "store")


# --- the command ---------------------------------------------------------------------------------


def run_list(session: Session) -> None:
    """Prints all names with what they take."""
    names = {name: one.asked() for name, one in registry().items() if "." not in name}
    lines = [
        f"{name}  {' '.join(part if must else f'[{part}]' for part, must in asked.items())}"
        for name, asked in sorted(names.items())
    ]
    session.tell({name: list(asked) for name, asked in names.items()}, "")
    if not session.common.json:
        print("\n".join(lines))


def run_one(session: Session, name: str, arguments: str) -> None:
    """Runs one use case and prints its answer as JSON."""
    said = _object(arguments, line=1)
    usecase_of(name)
    with session.opened() as profile:
        answer = call(profile.store, session.words, name, said)
    print(json.dumps(answer, ensure_ascii=False, indent=1))


def run_file(session: Session, path: Path) -> None:
    """Runs a file of use cases, one after the other; what was done before an error stays done.

    Raises: what the failing line raises, with the answers so far printed.
    """
    jobs = list(_jobs(path))
    answers: list[dict[str, Any]] = []
    stopped: FieldappError | None = None
    with session.opened() as profile:
        for line, name, said in jobs:
            try:
                answer = call(profile.store, session.words, name, said)
            except FieldappError as error:
                stopped = error
                answers.append({"line": line, "do": name, "error": error.code})
                break
            answers.append({"line": line, "do": name, "answer": answer})
    print(json.dumps(answers, ensure_ascii=False, indent=1))
    if stopped is not None:
        raise stopped


def _jobs(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The lines of a file, all looked at before the first is run."""
    for number, text in enumerate(_lines(path), start=1):
        if text.strip():
            job = _object(text, line=number)
            said = job.get("with", {})
            if not isinstance(job.get("do"), str) or not isinstance(said, dict):
                raise UserMends("cli.line_invalid", line=number)
            usecase_of(job["do"])
            yield number, job["do"], said


def _lines(path: Path) -> list[str]:
    if str(path) == "-":
        return sys.stdin.read().splitlines()
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as defect:
        raise SurroundingsMend("cli.file_unreadable", path=str(path)) from defect


def _object(text: str, *, line: int) -> dict[str, Any]:
    try:
        made = json.loads(
            text, parse_constant=_refused, parse_int=_whole, parse_float=_with_a_fraction
        )
        json.dumps(made, ensure_ascii=False).encode()
    except RecursionError as defect:
        raise UserMends("cli.too_deep", line=line) from defect
    except ValueError as defect:
        raise UserMends("cli.not_json", line=line, column=_place(text, defect) + 1) from defect
    if not isinstance(made, dict):
        raise UserMends("cli.not_an_object", line=line, text=text[:40])
    return made


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity|\d[\d.eE+-]*)')
_LARGEST = 2**53 - 1
"""Beyond it not every program reads the same whole number (RFC 8259, section 6)."""


def _place(text: str, defect: ValueError) -> int:
    """Where the first thing stands that is refused."""
    if isinstance(defect, json.JSONDecodeError):
        return defect.pos
    refused = defect.args[0]
    for token in _TOKEN.finditer(text):
        if token[0] == refused:
            return token.start()
        if token[0].startswith('"') and isinstance(defect, UnicodeEncodeError):
            try:
                json.loads(token[0], strict=False).encode()
            except UnicodeEncodeError:
                return token.start()
    return 0


def _refused(text: str) -> Any:
    """NaN and Infinity are Python's, not JSON's (RFC 8259, section 6)."""
    raise ValueError(text)


def _whole(text: str) -> int:
    """A whole number that the file and every other program can hold."""
    if len(text) > 17 or abs(int(text)) > _LARGEST:
        _refused(text)
    return int(text)


def _with_a_fraction(text: str) -> float:
    made = float(text)
    if not isfinite(made):
        _refused(text)
    return made
