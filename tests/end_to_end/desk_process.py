"""A laptop as a process that does what it is told: a JSON line in, a JSON line out.

Commands: `register` (name), `rename` (person, name), `look` (person), `decide` (person, value),
`sync`. It ends when its input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from fieldapp.model import Conflict, Person, conflict_id
from fieldapp.store.file import profile
from fieldapp.store.rows import read_fields
from fieldapp.store.store import Store
from fieldapp.store.work import Intent
from sync.client.machine import State
from sync.client.runner import sync_once
from sync.client.status import read_status
from sync.client.transport import HttpTransport
from tests.end_to_end.laptop_process import plain_machine
from tests.support.laptops import PASSWORD, WARD, add_person, edit

FIELD = "full_name"


@dataclass
class Desk:
    """The watching side: one process, started again as often as wanted."""

    folder: Path
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def tell(self, do: str, **values: Any) -> dict[str, Any]:
        """Gives a command and waits for what it came to."""
        if self._process is None:
            command = [sys.executable, "-m", "tests.end_to_end.desk_process", str(self.folder)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._process = subprocess.Popen(command, text=True, **pipes)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do} | values) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def kill(self) -> None:
        """Ends the process as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None


def conflict_of(connection: Connection, person: str) -> Conflict | None:
    """The conflict on the person's name, if there is one."""
    known = conflict_id(WARD, "person", person, FIELD)
    row = connection.execute(select(Conflict).where(Conflict.id == known)).one_or_none()
    return None if row is None else Conflict(**row._mapping)


def do(store: Store, server: str, said: dict[str, Any]) -> dict[str, Any]:
    """Executes one command."""
    person = said.get("person", "")
    match said["do"]:
        case "register":
            return {"person": add_person(store, said["name"])}
        case "rename":
            edit(store, Person, person, full_name=said["name"])
            return {}
        case "decide":
            return decide(store, person, said["value"])
        case "sync":
            transport = HttpTransport(server, store.setting("token"))
            report = sync_once(store, transport, random=Random(1))
            return {"done": report.done, "trouble": report.trouble and report.trouble.code}
    return look(store, person)


def decide(store: Store, person: str, value: str) -> dict[str, Any]:
    """Decides the conflict on the name, for all its open sides."""
    found = store.read(conflict_of, person)
    assert found is not None
    sides = tuple(side["changeset"] for side in found.sides if side["open"])
    with store.work(Intent("decide", WARD), store.basis(WARD, ("person", person))) as unit:
        unit.decide(found, value, sides=sides)
    return {"sides": len(sides)}


def look(store: Store, person: str) -> dict[str, Any]:
    """What the screen would show."""
    fields, found = (
        store.read(read_fields, WARD, ("person", person)),
        store.read(conflict_of, person),
    )
    status = read_status(store, State())
    return {
        "name": fields and fields[FIELD],
        "open": bool(found and found.open),
        "values": sorted(side["value"] for side in found.sides) if found else [],
        "conflicts": status.conflict,
        "safe": status.safe_to_shut_down,
    }


def main() -> None:
    """The process."""
    opened = profile.unlock(Path(sys.argv[1]), PASSWORD, plain_machine())
    for line in sys.stdin:
        print(json.dumps(do(opened.store, opened.card.server, json.loads(line))), flush=True)
    opened.close()


if __name__ == "__main__":
    main()
