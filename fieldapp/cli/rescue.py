"""`fieldapp rescue`: a damaged file is set aside; work goes on with what can be read of it."""

from __future__ import annotations

from fieldapp.cli.session import Session, machine
from fieldapp.store.file.profile import rescue


def run_rescue(session: Session) -> None:
    """Rescues the profile. Raises as `profile.rescue` says; a sound file is left alone."""
    profile, rescued = rescue(session.folder, session.password(), machine())
    profile.close()
    session.tell(
        {
            "kept": rescued.kept,
            "unsent": rescued.unsent,
            "missing": rescued.missing,
            "scans": rescued.scans,
            "scans_missing": rescued.scans_missing,
            "aside": str(rescued.aside),
        },
        "cli.rescued",
        kept=rescued.kept,
        unsent=rescued.unsent,
        missing=rescued.missing,
        scans=rescued.scans,
        scans_missing=rescued.scans_missing,
        aside=rescued.aside,
    )
