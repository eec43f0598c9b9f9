"""What `fieldapp paper` does: one of the few modules that put file and transport together."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fieldapp.cli.session import Session
from fieldapp.usecases.households.papers import save_paper, scan_of_paper
from sync.client.attachments import fetch_attachment
from sync.client.transport import HttpTransport


def run_fetch(session: Session, ward: str, paper: str, out: Path) -> None:
    """Fetches a scan and writes it. Raises as `fetch_attachment` and `save_paper` do."""
    with session.opened() as profile:
        if scan_of_paper(profile.store, ward, paper) is None:
            transport = HttpTransport(profile.card.server, profile.store.setting("token"))
            with closing(transport):
                fetch_attachment(profile.store, transport, ward, paper)
        sha256 = save_paper(profile.store, ward, paper, out)
    session.tell({"file": str(out), "sha256": sha256}, "papers.fetched", file=out)
