"""A crash while a laptop is set up: it is set up afterwards, or can be; saved work never goes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from fieldapp.errors import FieldappError
from fieldapp.model import Person
from fieldapp.store.file import profile
from fieldapp.store.file.profile import Machine
from fieldapp.store.rows import table_of
from tests.crash.examine import bench
from tests.crash.images import Image, images
from tests.crash.recording import Recorder
from tests.support.laptops import PASSWORD, KeptSecrets, add_person, machine, new_profile

pytestmark = pytest.mark.slow


def test_a_machine_that_dies_during_the_set_up_loses_nothing_that_was_saved(
    tmp_path: Path,
) -> None:
    on = machine()
    assert isinstance(on.keystore, KeptSecrets)
    recorder = Recorder(tmp_path / "lan", on.keystore)
    done: list[int] = []

    def sets_up_and_saves() -> None:
        opened = new_profile(tmp_path / "lan", on)
        done.append(recorder.so_far)
        add_person(opened.store, "Hằng")
        done.append(recorder.so_far)
        opened.close()

    with recorder.watching():
        recording = recorder.record("set-up", sets_up_and_saves)
    set_up, saved = done
    seen = set()
    with bench(recording.key) as here:
        for image in images(recording, Random(7), cuts=2, every=29):
            here.lay_out(image)
            people = _people(here.folder, image)
            seen.add(people)
            if image.at >= saved:
                assert people == 1, f"{image.how} before act {image.at}: saved, and gone"
            elif image.at >= set_up:
                assert people in (0, 1), f"{image.how} before act {image.at}: set up, and gone"
            elif people is None:
                new_profile(here.folder, _on(image)).close()
    assert seen == {None, 0, 1}


def _on(image: Image) -> Machine:
    made = machine()
    assert isinstance(made.keystore, KeptSecrets)
    made.keystore.secrets.update(image.secrets)
    return made


def _people(folder: Path, image: Image) -> int | None:
    """How many people the profile has; None where there is none to open yet."""
    if profile.card_of(folder) is None:
        return None
    try:
        opened = profile.unlock(folder, PASSWORD, _on(image))
    except FieldappError as defect:
        pytest.fail(f"{image.how} before act {image.at}: {defect.code}")
    try:
        people = table_of(Person.type_name())
        return opened.store.read(lambda c: len(c.execute(people.select()).all()))
    finally:
        opened.close()
