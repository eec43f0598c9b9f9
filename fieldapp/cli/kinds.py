"""The kinds of options and arguments: one place for all commands. What each is for stands in the
words (`help.…`), for it is said in the user's language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Needed = Annotated[str, typer.Option()]
"""A text that must be said."""
Text = Annotated[str, typer.Option()]
Said = Annotated[str | None, typer.Option()]
"""A text, or None where it was not said."""
Many = Annotated[list[str] | None, typer.Option()]
"""May be repeated."""
File = Annotated[Path | None, typer.Option()]
Yes = Annotated[bool, typer.Option()]
Place = Annotated[str, typer.Argument()]
"""A text that stands by its place."""
