"""A process that follows the log: `python -m tests.race.follower PART`. Notes all that it saw.

It pulls from its start on, behind the writers' backs; the second line of its input says that they
have ended, and then it goes on until it stands at the head. Each line of its notes: changeset,
revision, chain. What is wrong in itself (a gap, a chain that breaks) is left to the judge.
"""

from __future__ import annotations

import json
import sys
import threading

from sync.protocol import Pull
from tests.race.part import Part, read_part

PAGE = 60_000
"""Bytes asked for: small, so that pages end in the middle of what is being written."""

PAUSE = 0.02
"""Seconds between pulls at the head, so that the machine is left to the writers."""


def main(part: Part) -> None:
    """The process."""
    service, written = part.service(), threading.Event()
    session = service.for_token(part.runners[0].token)
    pulls = after = 0
    print("ready", flush=True)
    sys.stdin.readline()
    threading.Thread(target=lambda: (sys.stdin.readline(), written.set()), daemon=True).start()
    with part.world(), part.notes.open("w") as notes:
        while True:
            last_round = written.is_set()
            page = session.pull(Pull(part.ward, part.epoch, after, PAGE))
            pulls += 1
            for entry in page.entries:
                made = json.loads(entry.content)["id"]
                notes.write(f"{made} {entry.revision} {entry.chain}\n")
            after = page.upto
            if page.upto < page.head:
                continue
            if last_round:
                break
            written.wait(PAUSE)
    service.database.close()
    print(json.dumps({"pulls": pulls}), flush=True)


if __name__ == "__main__":
    main(read_part(sys.argv[1:]))
