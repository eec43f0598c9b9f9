"""`fieldapp sign-in` and `fieldapp sync`: the ways to the server, for scripts.

One of the few modules that put concrete parts together: the file, the transport, the machine.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from random import Random

from fieldapp.cli.session import Session, machine
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.store.file.profile import Profile
from fieldapp.words.format import clock_time
from sync.client.attachments import send_all
from sync.client.driver import ClosableTransport
from sync.client.machine import Trouble
from sync.client.pruning import prune
from sync.client.runner import SyncReport, sync_once
from sync.client.sign_in import enrol_device
from sync.client.status import SyncStatus, read_status
from sync.client.transport import HttpTransport
from sync.protocol import SignIn

Connect = Callable[[str, "str | None"], ClosableTransport]
"""Makes a transport to a server address for a token."""


def run_sign_in(session: Session, *, server: str, username: str, invitation: str) -> None:
    """Enrols this profile's folder as a device of the user.

    Raises: as `enrol_device` says; `cli.server_address` for what is no address.
    """
    if not server.startswith(("http://", "https://")):
        raise UserMends("cli.server_address", field="server", address=server)
    request = SignIn(username, session.password(), platform.node(), invitation=invitation.strip())
    profile = enrol_device(session.folder, server, request, machine())
    try:
        session.tell(
            {"profile": session.folder, "user": profile.card.username},
            "cli.signed_in",
            name=profile.card.full_name,
        )
    finally:
        profile.close()


def run_sync(session: Session) -> None:
    """One whole run. Raises the trouble that ended it early, after nothing was lost."""
    with session.opened() as profile:
        report = sync(profile)
        status = read_status(profile.store, report.state)
    if report.trouble is not None:
        raise error_of(report.trouble)
    session.tell(
        _answer(report, status),
        "cli.synced",
        pushed=report.pushed,
        pulled=report.pulled,
        conflicts=status.conflict,
        time=clock_time(status.last_confirmed_at) if status.last_confirmed_at else "—",
    )


def sync(profile: Profile, connect: Connect = HttpTransport) -> SyncReport:
    """One run with the profile's own server."""
    transport = connect(profile.card.server, profile.store.setting("token"))
    try:
        report = sync_once(profile.store, transport, random=Random())
        if report.done:
            send_all(profile.store, transport)
    finally:
        transport.close()
    if report.done:
        for _ in prune(profile.store):
            pass
    return report


def error_of(trouble: Trouble) -> FieldappError:
    """The trouble as an error: it decides the exit code."""
    kind = SurroundingsMend if trouble.waits else UserMends
    error = kind(trouble.code)
    error.context = dict(trouble.values)
    return error


def _answer(report: SyncReport, status: SyncStatus) -> dict[str, object]:
    return {
        "pushed": report.pushed,
        "pulled": report.pulled,
        "unsent": status.unsent,
        "sent": status.sent,
        "needs_fixing": status.needs_fixing,
        "conflict": status.conflict,
        "pictures_waiting": status.pictures_waiting,
        "safe_to_shut_down": status.safe_to_shut_down,
    }
