"""Who works on this laptop, where, and what colleagues are called."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from fieldapp.errors import UserMends
from fieldapp.store.queries import households as q
from fieldapp.store.store import Store


@dataclass(frozen=True)
class WardName:
    """A ward that the user may work in."""

    stream: str
    code: str
    name: str


@dataclass(frozen=True)
class StaffName:
    """A colleague."""

    full_name: str
    sex: str | None
    role: str


@dataclass(frozen=True)
class Me:
    """The user of this laptop."""

    username: str
    full_name: str
    role: str
    wards: tuple[WardName, ...]

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams of the user's wards."""
        return tuple(ward.stream for ward in self.wards)

    @property
    def initials(self) -> str:
        """First letters of the last two names: Lê Thị Hồng Lan is HL."""
        return "".join(name[0].upper() for name in self.full_name.split()[-2:])


def me(store: Store) -> Me:
    """The signed-in user with the wards granted at the last sync."""
    granted = {grant["ward"] for grant in store.setting("grants", [])}
    known = {row.stream: row for row in store.read(q.all_wards)}
    wards = [
        WardName(stream, known[stream].code, known[stream].name)
        if stream in known
        else WardName(stream, stream.partition(".")[0], stream.partition(".")[0])
        for stream in sorted(granted)
    ]
    return Me(
        username=store.setting("username", ""),
        full_name=store.setting("full_name", ""),
        role=store.setting("role", "canvasser"),
        wards=tuple(sorted(wards, key=lambda ward: ward.name)),
    )


def staff_names(store: Store) -> dict[str, StaffName]:
    """Everybody by user name; a user name that is missing here is shown as it is."""
    return {
        row.username: StaffName(row.full_name, row.sex, row.role) for row in store.read(q.all_staff)
    }


def name_of(staff: dict[str, StaffName], username: str) -> str:
    """What a colleague is called in a record."""
    known = staff.get(username)
    return known.full_name if known else username


def desk_wards(store: Store) -> tuple[WardName, ...]:
    """The wards in which the user is more than a canvasser."""
    found = []
    for ward in me(store).wards:
        with suppress(UserMends):
            must_be_clerk(store, ward.stream, "entry.assign_no_right")
            found.append(ward)
    return tuple(found)


def supervised(store: Store) -> frozenset[str]:
    """The wards that the user supervises: the grant in the ward counts, as on the server."""
    return frozenset(
        grant["ward"]
        for grant in store.setting("grants", [])
        if grant["role"] in ("supervisor", "admin")
    )


def must_be_clerk(store: Store, ward: str, code: str) -> None:
    """The grant in the ward counts, as it does on the server.

    Raises:
        UserMends: `code`, for whoever is not clerk, supervisor or administrator there.
    """
    roles = {grant["role"] for grant in store.setting("grants", []) if grant["ward"] == ward}
    if roles <= {"canvasser"}:
        raise UserMends(code)
