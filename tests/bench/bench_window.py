"""What a canvasser feels of the window: its first picture, the time until work, keys, and stalls.

The first picture of the sign-in is measured against that of an empty window of the same kit, in
turns; work on a file with 100,000 people against the bare opening of that file; the keys of the
day's stories are counted. A stall is the longest that the window's own thread was busy between two
looks at its events.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.city import city_of
from tests.bench.harness import Measured, keep, table
from tests.support.laptops import PASSWORD

TURNS = 5
BUDGETS = {
    "first picture": 1.5,
    "work": 1.5,
    "stall": 50.0,
    "renewal": 25,
    "family": 40,
    "visit": 6,
}
EMPTY = """
from PySide6.QtWidgets import QApplication, QWidget
import sys, os, time
class Empty(QWidget):
    def paintEvent(self, event):
        print(time.process_time(), flush=True); os._exit(0)
app = QApplication(sys.argv); window = Empty(); window.resize(1366, 768); window.show(); app.exec()
"""
SIGN_IN = """
import os, sys, time
from pathlib import Path
from ui.app import make_application
from ui.program import Program
from ui.sign_in.parts import Paper
from ui.surroundings import usual_surroundings
paint = Paper.paintEvent
def first(self, event):  # an event filter would have the kit look at all its classes
    paint(self, event); print(time.process_time(), flush=True); os._exit(0)
Paper.paintEvent = first
app = make_application()
program = Program(app, Path(sys.argv[1]), usual_surroundings())
program._import = lambda: None  # what comes behind the picture is no part of it
program.start(); app.exec()
"""
WORK = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from tests.bench.city import laptop
from ui.app import make_application
from ui.program import Program
from ui.surroundings import Surroundings
from tests.ui.alone import Nowhere
on = laptop()
on.clock.forward(days=int(sys.argv[3]))
app = make_application()
program = Program(app, Path(sys.argv[1]), Surroundings(lambda: on, lambda server, token: Nowhere()))
beat = QTimer(); beat.start(5)
def until(true):
    while not true():  # sleeping, so that the window's own threads have the processor
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return time.process_time()
program.start()
until(lambda: "ui.window" in sys.modules)
began = time.process_time()
program.unlock(sys.argv[2], print)
shown = until(lambda: program.window is not None)
day = program.window.navigator.places["today"]
listed = until(day.view.list.keys)
whole = until(lambda: not program.window.is_busy())
print(shown - began, listed - began, whole - began, flush=True)
program.stop()
"""
BARE = """
import sys, time
from pathlib import Path
from fieldapp.store.file import profile
from fieldapp.store.queries.households import people_count
from tests.bench.city import laptop
began = time.process_time()
opened = profile.unlock(Path(sys.argv[1]), sys.argv[2], laptop())
opened.store.read(people_count)
print(time.process_time() - began)
opened.close()
"""
STORIES = """
import os, sys
from pathlib import Path
from PySide6.QtCore import Qt
from tests.ui.alone import surroundings
from tests.ui.strokes import Typist, enrol_new_family_of_four, lease_numbers, renew_family_of_four
from tests.ui.town_store import PASSWORD, open_town
from ui.app import make_application
from ui.program import Program
folder = Path(sys.argv[1]) / "lan"
open_town(folder, households=40).close()
program = Program(make_application(), folder, surroundings())
program.start(PASSWORD)
typist = Typist(program.app, program)
lease_numbers(program)
typist.until(lambda: "ui.places.sync.place" in sys.modules)
typist.until(lambda: "enrol" in program.window.navigator._spare)
typist.calm(); typist.watchdog.look(); typist.watchdog.longest_ms = 0
counts = []
for story in (renew_family_of_four, enrol_new_family_of_four,
              lambda typist: typist.press(Qt.Key.Key_1)):
    typist.strokes = 0
    if counts:
        typist.press(Qt.Key.Key_1, control=True); typist.calm(); typist.strokes = 0
    story(typist); typist.calm()
    counts.append(typist.strokes)
print(*counts, typist.watchdog.longest_ms, typist.watchdog.after, sep="|", flush=True)
os._exit(0)
"""


def said(script: str, *arguments: str) -> str:
    """The last line that a process of its own says, without a screen."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def main(people: int) -> None:
    """Measures and prints; seconds are those of the processes alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: compiled once
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        city_of(folder / "city", people).close()
        turns = [
            (float(said(SIGN_IN, str(folder / "city"))), float(said(EMPTY))) for _ in range(TURNS)
        ]
        ours, empty = (statistics.median(one) for one in zip(*turns, strict=True))
        bare = float(said(BARE, str(folder / "city"), PASSWORD))
        work = [said(WORK, str(folder / "city"), PASSWORD, str(day)) for day in range(2)]
        begun, first_day = map(float, work[0].split()[1:])
        shown, listed, whole = map(float, work[1].split())
        renewal, family, visit, stall, after = said(STORIES, str(folder)).split("|")
    measured = [
        Measured("window: first picture of the sign-in", "s", ours, empty),
        Measured(f"window: to the main window, {people} people", "s", shown, bare),
        Measured(f"window: to the first rows, {people} people", "s", listed, bare),
        Measured("window: to the whole list, counted", "s", whole, bare),
        Measured("window: to the first rows, the first day of a file", "s", begun, bare),
        Measured("window: to the whole list, the first day of a file", "s", first_day, bare),
        Measured("window: longest stall of the stories", "ms", float(stall), BUDGETS["stall"]),
        Measured("keys: renewal of a family of four", "keys", float(renewal), BUDGETS["renewal"]),
        Measured("keys: new family of four, scans apart", "keys", float(family), BUDGETS["family"]),
        Measured("keys: a visit", "keys", float(visit), BUDGETS["visit"]),
    ]
    table(measured)
    print(f"    the longest stall came after: {after}")
    over = [one.metric for one in measured[6:] if one.ratio > 1]
    over += [measured[0].metric] if measured[0].ratio > BUDGETS["first picture"] else []
    over += [one.metric for one in (*measured[1:3], measured[4]) if one.ours > BUDGETS["work"]]
    print(f"    budgets missed: {', '.join(over) or 'none'}")
    print(f"kept in {keep(measured)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
