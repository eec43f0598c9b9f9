"""Pictures of the training: the lesson at some of its steps, in all variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QApplication

from fieldapp.training.lesson import END, place_of
from ui.demo.laptop import Laptop, NotThere
from ui.demo.picturing import LANGUAGES, SIZES, Frames
from ui.theme import apply
from ui.training.ports import Neighbourhood
from ui.training.program import TrainingProgram

Tell = Callable[..., None]


def _today(laptop: Laptop) -> None:
    laptop.go_to("today")


def _broken(laptop: Laptop) -> None:
    laptop.go_to("today")
    laptop.click_status()


def _done(laptop: Laptop) -> None:
    laptop.go_to("inbox")


TRAINING_SCREENS: Mapping[str, tuple[int, Callable[[Laptop], None]]] = {
    "training": (0, _today),
    "training-broken": (place_of("resend"), _broken),
    "training-done": (END, _done),
}
"""The step that is shown, and the way to the page below it."""


def picture_training(
    app: QApplication, made: Neighbourhood, frames: Frames, only: Sequence[str], tell: Tell
) -> None:
    """Takes the pictures named, or all of them. Raises NotThere where a way leads nowhere."""
    program = TrainingProgram(app, made, LANGUAGES[0])
    laptop = Laptop(app, made.learner, None, pictures=frames)
    laptop.program = program
    frames.begin("training-waiting")
    program.start()
    laptop.picture("training-waiting")
    laptop.wait(lambda: program.window is not None, "the training's window")
    try:
        for language in LANGUAGES:
            laptop.speak(language)
            laptop.wait(lambda: _stands(program), "the lesson")
            for name, (at, way) in TRAINING_SCREENS.items():
                if not only or name in only:
                    tell("demo.screen", who="training", language=language, name=name)
                    _take(app, laptop, frames, (name, language, at), way)
    finally:
        laptop.close()


def _stands(program: TrainingProgram) -> bool:
    return program.desk is not None and program.desk.story is not None and program.desk.at >= 0


def _take(
    app: QApplication,
    laptop: Laptop,
    frames: Frames,
    what: tuple[str, str, int],
    way: Callable[[Laptop], None],
) -> None:
    name, language, at = what
    program = laptop.program
    if not isinstance(program, TrainingProgram) or program.desk is None:
        raise NotThere("the lesson")
    laptop.window.shell.resize(SIZES["1366"][0])
    way(laptop)
    story = program.desk.story
    assert story is not None
    program.desk.strip.show_step(at, story)
    frames.name = name
    for dark, size, scale, folder in frames.variants(language):
        apply(app, dark, training=True, language=language)
        laptop.window.shell.resize(size)
        laptop.settle()
        frames.folder, frames.scale = folder, scale
        laptop.picture(name)
    apply(app, training=True, language=language)
    laptop.key("Escape")
