"""What `fieldapp parcel` does: one of the few modules that put file and transport together."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fieldapp.cli.session import Session
from sync.client.parcels import carry_parcel, take_reply, write_parcel
from sync.client.transport import HttpTransport


def run_write(session: Session, folder: Path) -> None:
    """Writes a parcel. Raises as `write_parcel` does."""
    with session.opened() as profile:
        written = write_parcel(profile.store, folder)
    files = [str(path) for path in written.files]
    answer = {"changesets": written.changesets, "files": files}
    session.tell(answer, "parcel.written", n=written.changesets, files=", ".join(files))


def run_carry(session: Session, path: Path) -> None:
    """Carries a parcel. Raises as `carry_parcel` does."""
    with session.opened() as profile:
        transport = HttpTransport(profile.card.server, profile.store.setting("token"))
        with closing(transport):
            reply = carry_parcel(transport, path)
    session.tell({"reply": str(reply)}, "parcel.carried", path=reply)


def run_read(session: Session, path: Path) -> None:
    """Takes a reply in. Raises as `take_reply` does."""
    with session.opened() as profile:
        taken = take_reply(profile.store, path)
    answer = {"confirmed": taken.counted, "named": taken.named}
    session.tell(answer, "parcel.taken", counted=taken.counted, named=taken.named)
