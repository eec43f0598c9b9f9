"""LibreOffice without a window, as another program that opens what ours has written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

LINE = "apt-get install --no-install-recommends libreoffice-calc-nogui"


def converted(files: Sequence[Path], folder: Path, kind: str) -> dict[str, Path]:
    """All files opened and saved again as `kind` ("xlsx", "pdf"), by their stem, in one call.

    Where the program is not there the test is skipped with the line to type, and fails instead
    where CI or FIELDAPP_NO_SKIPS says that nothing may be left out.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        reason = f"LibreOffice opens these files, and is not installed: {LINE}"
        if os.environ.get("FIELDAPP_NO_SKIPS") or os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    profile = folder / "profile"
    out = folder / kind
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(out), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    found = {path.stem: path for path in out.glob(f"*.{kind}")}
    missing = {path.stem for path in files} - found.keys()
    assert not missing, f"not converted: {missing}\n{done.stdout}{done.stderr}"
    return found
