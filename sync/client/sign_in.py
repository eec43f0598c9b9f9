"""Sets a laptop up with a one-time invitation, and signs its user in again.

The device names itself before it first asks, and keeps that name in the folder: if the answer is
lost, the same invitation is tried again by the same device, which a server can tell from a thief.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from fieldapp import durable
from fieldapp.clock import from_iso
from fieldapp.errors import FieldappError, SurroundingsMend, UserMends
from fieldapp.store.file import profile
from fieldapp.store.file.profile import Card, Machine, Profile
from fieldapp.store.store import Store
from sync.client.transport import HttpTransport
from sync.protocol import SignedIn, SignIn, SyncProtocol

PENDING = "enrolment.json"
"""In the profile folder while a set-up is under way: which device asks, and where."""


@dataclass(frozen=True)
class Pending:
    """A set-up that may have reached the server. Holds no secret."""

    device: str
    server: str
    username: str


def enrol_device(
    folder: Path,
    server_url: str,
    request: SignIn,
    machine: Machine,
    *,
    connect: Callable[[str], SyncProtocol] = HttpTransport,
    training: bool = False,
) -> Profile:
    """Signs in at the server with the invitation and sets up the profile in an empty folder.

    The request's password becomes the one that opens the profile. Safe to repeat after any
    trouble with the same folder and invitation.

    Raises:
        UserMends: `store.profile_exists`, `sync.invitation_lost` (an earlier try from this folder
            may have used the invitation: a new one is needed), or what the server says.
        SurroundingsMend: as `HttpTransport` says: nothing was set up; `store.read_only`,
            `store.disk_full`: nothing was asked yet; `sync.profile_not_made`: the server knows the
            device, but the folder could not be set up.
    """
    if profile.card_of(folder) is not None:
        raise UserMends("store.profile_exists", path=str(folder))
    pending, earlier = _pending(folder, server_url, request, machine)
    asked_at = machine.clock.now()
    signed_in = _ask(connect(server_url), replace(request, device=pending.device), earlier)
    offset = from_iso(signed_in.server_at) - asked_at
    settings = settings_of(signed_in) | {"offset_ms": round(offset.total_seconds() * 1000)}
    card = Card(
        signed_in.device,
        server_url,
        signed_in.username,
        signed_in.full_name,
        request.device_name,
        training,
    )
    try:
        made = profile.create(folder, card, request.password, machine, settings)
    except FieldappError as error:
        raise SurroundingsMend("sync.profile_not_made", why=error.code) from error
    (folder / PENDING).unlink(missing_ok=True)
    return made


def sign_in_again(store: Store, transport: SyncProtocol, password: str) -> None:
    """Gets this device a new token, after `sync.signed_out`. Unsent work is not touched.

    Raises:
        UserMends: what the server says (`server.wrong_sign_in`, `sync.device_revoked`).
        SurroundingsMend: as the transport says.
    """
    device, username = str(store.setting("device")), str(store.setting("username"))
    answer = transport.sign_in(SignIn(username, password, device_name="", device=device))
    if answer.device != device or answer.username != username:
        raise SurroundingsMend("sync.not_our_server")
    store.remember(token=answer.token, full_name=answer.full_name, role=answer.role)


def settings_of(answer: SignedIn) -> dict[str, object]:
    """What the profile keeps of the answer; the token stands only in the encrypted file."""
    names = ("token", "device", "username", "full_name", "role", "epoch")
    kept: dict[str, object] = {name: getattr(answer, name) for name in names}
    return kept | {"grants": [asdict(grant) for grant in answer.grants]}


def _ask(transport: SyncProtocol, request: SignIn, earlier: bool) -> SignedIn:
    try:
        return transport.sign_in(request)
    except UserMends as refusal:
        if earlier and refusal.code == "server.invitation_invalid":
            raise UserMends("sync.invitation_lost", field="invitation") from refusal
        raise


def _pending(
    folder: Path, server_url: str, request: SignIn, machine: Machine
) -> tuple[Pending, bool]:
    """The set-up of this folder, on the disk before anything is asked; and whether it was there."""
    path = folder / PENDING
    try:
        known = Pending(**json.loads(path.read_text("utf-8")))
        if (known.server, known.username) == (server_url, request.username):
            return known, True
    except (OSError, ValueError, TypeError):
        pass  # none, or one that was cut while it was written: nothing was asked with it
    fresh = Pending(machine.ids.new(), server_url, request.username)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        durable.write_whole(path, json.dumps(asdict(fresh)))
    except OSError as error:
        raise SurroundingsMend("store.read_only", path=str(folder)) from error
    return fresh, False
