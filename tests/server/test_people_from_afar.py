"""What supervisors see and change of people and devices from their laptops, and what they can't."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from fieldapp.clock import iso
from sync.protocol import (
    Colleague,
    EndWard,
    GiveWard,
    Handshake,
    Invite,
    ListPeople,
    NewColleague,
    RevokeDevice,
    SignIn,
)
from sync.server.refusals import Refused
from tests.support.changes import WARD
from tests.support.ward_office import PASSWORD, Hand, Office, family

OTHER = "26929.20250701"
TODAY = date(2026, 11, 23)


@pytest.fixture
def tri(office: Office) -> Hand:
    """A supervisor of one ward; a second ward exists."""
    office.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    return office.hires("tri", "supervisor")


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as raised:
        act()
    return raised.value.code


def one(hand: Hand, username: str) -> Colleague:
    return next(p for p in hand.session.people(ListPeople()).people if p.username == username)


def greets(hand: Hand, **said: Any) -> None:
    at = iso(hand.office.clock.now() - timedelta(seconds=90))
    hand.session.greet(Handshake("i1", at, app_version="0.1.0", **said))


def test_a_device_is_told_as_of_its_last_contact(office: Office, tri: Hand) -> None:
    lan = office.hires("lan")
    greets(lan, unsent=3)
    lan.pushes(lan.writes(0, *family()))
    people = tri.session.people(ListPeople())
    assert people.wards == {WARD: "supervisor"}
    machine = next(one for one in people.devices if one.username == "lan")
    assert (machine.unsent, machine.app_version) == (2, "0.1.0")
    assert (machine.clock_offset_ms, machine.held) == (90_000, 0)
    assert machine.last_seen_at == iso(office.clock.now())
    newer = next(one for one in people.devices if one.username == "tri")
    assert (newer.last_seen_at, newer.unsent, newer.app_version) == (None, None, "")


def test_only_people_of_his_wards_are_seen_and_of_them_only_what_is_in_these(
    office: Office, tri: Hand
) -> None:
    office.hires("xa", "clerk", OTHER)
    office.hires("lan")
    office.admin.grant("lan", OTHER, "clerk")
    seen = {p.username: p for p in tri.session.people(ListPeople()).people}
    assert seen.keys() == {"tri", "lan"}
    assert [grant.ward for grant in seen["lan"].grants] == [WARD]
    assert (seen["lan"].may_change, seen["tri"].may_change) == (True, False)
    assert refused(lambda: office.hires("phuc").session.people(ListPeople())) == "staff.no_right"


def test_somebody_new_is_invited_and_the_code_works_once(office: Office, tri: Hand) -> None:
    new = NewColleague("Lê  Thị Mười", "canvasser", (WARD,), "female", until="2026-12-31")
    told = tri.session.invite(Invite("muoi", new))
    strange = office.service.for_token(None)
    signed = strange.sign_in(SignIn("muoi", told.password, "máy mới", told.code))
    assert (signed.full_name, signed.role) == ("Lê Thị Mười", "canvasser")
    assert [(g.ward, g.until) for g in signed.grants] == [(WARD, "2026-12-31")]
    replayed = SignIn("muoi", told.password, "máy khác", told.code)
    assert refused(lambda: strange.sign_in(replayed)) == "server.invitation_invalid"
    assert refused(lambda: tri.session.invite(Invite("muoi", new))) == "staff.user_exists"
    again = tri.session.invite(Invite("muoi"))
    assert again.password == "" and again.code != told.code
    office.clock.forward(hours=25)
    late = SignIn("muoi", told.password, "máy", again.code)
    assert refused(lambda: strange.sign_in(late)) == "server.invitation_invalid"


def test_a_ward_is_given_for_days_and_ended(office: Office, tri: Hand) -> None:
    lan = office.hires("lan", "canvasser", WARD)
    give = GiveWard("lan", WARD, "clerk", "2026-11-24", "2026-11-30")
    tri.session.give_ward(give)
    tri.session.give_ward(give)
    assert [(g.role, g.since, g.until) for g in one(tri, "lan").grants] == [
        ("canvasser", "2026-11-23", None),
        ("clerk", "2026-11-24", "2026-11-30"),
    ]
    office.clock.forward(hours=24)
    tri.session.end_ward(EndWard("lan", WARD))
    tri.session.end_ward(EndWard("lan", WARD))
    told = [(g.role, g.until) for g in one(tri, "lan").grants]
    assert told == [("canvasser", "2026-11-23"), ("clerk", "2026-11-23")]
    assert refused(lambda: lan.pulls()) == "server.no_grant"
    assert one(tri, "lan").may_change, "who has left is still his to revoke"


def test_a_revoked_device_reads_nothing_and_its_work_is_held(office: Office, tri: Hand) -> None:
    lan = office.hires("lan")
    tri.session.revoke_device(RevokeDevice(lan.who.device))
    tri.session.revoke_device(RevokeDevice(lan.who.device))
    assert refused(lambda: lan.pulls()) == "server.device_revoked"
    assert [answer.status for answer in lan.pushes(lan.writes(0, *family()))] == ["held"]
    told = tri.session.people(ListPeople()).devices
    machine = next(one for one in told if one.device == lan.who.device)
    assert machine.held == 1 and machine.revoked_at is not None


def test_nobody_raises_himself_or_gives_what_he_has_not(office: Office, tri: Hand) -> None:
    office.hires("lan")
    office.hires("mai", "supervisor")
    office.hires("xa", "canvasser", OTHER)
    days = ("2026-11-23", None)
    say = tri.session
    wrong: dict[str, Callable[[], Any]] = {
        "himself": lambda: say.give_ward(GiveWard("tri", WARD, "clerk", *days)),
        "as high": lambda: say.give_ward(GiveWard("lan", WARD, "supervisor", *days)),
        "higher": lambda: say.give_ward(GiveWard("lan", WARD, "admin", *days)),
        "unknown role": lambda: say.give_ward(GiveWard("lan", WARD, "owner", *days)),
        "another ward": lambda: say.give_ward(GiveWard("lan", OTHER, "canvasser", *days)),
        "the city": lambda: say.give_ward(GiveWard("lan", "city", "canvasser", *days)),
        "an equal": lambda: say.give_ward(GiveWard("mai", WARD, "canvasser", *days)),
        "back in time": lambda: say.give_ward(GiveWard("lan", WARD, "clerk", "2026-11-22")),
        "no day": lambda: say.give_ward(GiveWard("lan", WARD, "clerk", "morgen")),
        "ends first": lambda: say.give_ward(
            GiveWard("lan", WARD, "clerk", "2026-11-24", "2026-11-23")
        ),
        "nobody": lambda: say.give_ward(GiveWard("ai", WARD, "canvasser", *days)),
        "end himself": lambda: say.end_ward(EndWard("tri", WARD)),
        "end an equal": lambda: say.end_ward(EndWard("mai", WARD)),
        "end elsewhere": lambda: say.end_ward(EndWard("xa", OTHER)),
        "a stranger's device": lambda: say.revoke_device(RevokeDevice("no such device")),
        "invite a stranger": lambda: say.invite(Invite("xa")),
        "invite himself": lambda: say.invite(Invite("tri")),
        "new and high": lambda: say.invite(
            Invite("moi", NewColleague("Mới", "supervisor", (WARD,)))
        ),
        "new elsewhere": lambda: say.invite(
            Invite("moi", NewColleague("Mới", "canvasser", (WARD, OTHER)))
        ),
        "new nowhere": lambda: say.invite(Invite("moi", NewColleague("Mới", "canvasser", ()))),
        "new without a name": lambda: say.invite(
            Invite("moi", NewColleague(" ", "canvasser", (WARD,)))
        ),
        "new without a user name": lambda: say.invite(
            Invite("", NewColleague("Mới", "canvasser", (WARD,)))
        ),
    }
    before = say.people(ListPeople())
    codes = {name: refused(act) for name, act in wrong.items()}
    assert {code.partition(".")[0] for code in codes.values()} == {"staff"}, codes
    assert say.people(ListPeople()) == before


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 70_000])
def test_texts_that_no_database_holds_are_refused(office: Office, tri: Hand, text: str) -> None:
    say, new = tri.session, NewColleague(text, "canvasser", (WARD,))
    for act in (
        lambda: say.give_ward(GiveWard(text, WARD, "canvasser")),
        lambda: say.give_ward(GiveWard("tri", text, "canvasser")),
        lambda: say.give_ward(GiveWard("tri", WARD, text)),
        lambda: say.end_ward(EndWard(text, WARD)),
        lambda: say.revoke_device(RevokeDevice(text)),
        lambda: say.invite(Invite(text)),
        lambda: say.invite(Invite(text, new)),
    ):
        assert refused(act).partition(".")[0] in ("staff", "server")


def test_a_person_above_him_anywhere_is_not_his(office: Office, tri: Hand) -> None:
    """A clerk here who supervises elsewhere loses no laptop to the supervisor of here."""
    mai = office.hires("mai", "clerk")
    office.admin.grant("mai", OTHER, "supervisor")
    office.clock.forward(hours=24)
    assert not one(tri, "mai").may_change
    act = RevokeDevice(mai.who.device)
    assert refused(lambda: tri.session.revoke_device(act)) == "staff.not_yours"
    tri.session.end_ward(EndWard("mai", WARD))  # what is of his own ward he may end
    office.admin.revoke_grant("mai", OTHER)
    tri.session.revoke_device(act)


def test_who_left_for_another_ward_is_no_longer_his(office: Office, tri: Hand) -> None:
    lan = office.hires("lan")
    tri.session.end_ward(EndWard("lan", WARD))
    office.admin.grant("lan", WARD, "canvasser", until=date(2026, 11, 23))
    office.admin.grant("lan", OTHER, "canvasser", since=date(2026, 11, 24))
    office.clock.forward(hours=24)
    act = RevokeDevice(lan.who.device)
    assert refused(lambda: tri.session.revoke_device(act)) == "staff.not_yours"


def test_a_supervisor_for_a_while_gives_nothing_for_longer(office: Office, tri: Hand) -> None:
    office.hires("lan")
    office.admin.revoke_grant("tri", WARD)
    office.admin.grant("tri", WARD, "supervisor", until=date(2026, 11, 30))
    open_end = GiveWard("lan", WARD, "clerk")
    assert refused(lambda: tri.session.give_ward(open_end)) == "staff.longer_than_own"
    tri.session.give_ward(GiveWard("lan", WARD, "clerk", None, "2026-11-30"))


@pytest.mark.parametrize("how", ["revoked", "grant ended", "signed out", "cloned"])
def test_who_supervises_no_longer_does_nothing_more(office: Office, tri: Hand, how: str) -> None:
    lan = office.hires("lan")
    match how:
        case "revoked":
            office.admin.revoke_device(tri.who.device)
        case "grant ended":
            office.admin.revoke_grant("tri", WARD)
        case "signed out":
            office.admin.set_password("tri", PASSWORD)
        case "cloned":
            greets(tri)
            tri.session.greet(Handshake("i2", iso(office.clock.now())))
            with pytest.raises(Refused) as superseded:
                greets(tri)
            greets(tri, challenge=superseded.value.detail)
    for act in (
        lambda: tri.session.people(ListPeople()),
        lambda: tri.session.revoke_device(RevokeDevice(lan.who.device)),
        lambda: tri.session.give_ward(GiveWard("lan", WARD, "clerk")),
        lambda: tri.session.invite(Invite("lan")),
    ):
        code = refused(act)
        assert code in ("server.device_revoked", "staff.no_right", "server.sign_in_first")
    assert lan.pulls().count == 0


def test_an_administrator_s_grant_stands_above_a_supervisor(office: Office, tri: Hand) -> None:
    chief = office.hires("chi", "admin")
    chief.session.give_ward(GiveWard("tri", WARD, "clerk"))
    assert (
        refused(lambda: chief.session.give_ward(GiveWard("tri", WARD, "admin")))
        == "staff.role_too_high"
    )
    for role in ("owner", "", "Clerk"):
        act = GiveWard("tri", WARD, role)
        assert refused(lambda act=act: chief.session.give_ward(act)) == "staff.role_too_high"  # type: ignore[misc]  # mypy infers no lambda with a default
    chief.session.end_ward(EndWard("tri", WARD))
    assert refused(lambda: tri.session.people(ListPeople())) == "staff.no_right"


def test_giving_a_stranger_a_ward_does_not_bring_his_device_within_reach(
    office: Office, tri: Hand
) -> None:
    xuan = office.hires("xuan", "clerk", OTHER)
    device = xuan.who.device
    given = GiveWard("xuan", WARD, "canvasser")
    assert refused(lambda: tri.session.give_ward(given)) == "staff.not_yours"
    assert refused(lambda: tri.session.revoke_device(RevokeDevice(device))) == "staff.not_yours"


@pytest.mark.parametrize("since", ["2026-11-23", "2026-11-25"])
def test_who_lost_his_ward_on_the_day_that_he_got_it_is_still_seen_and_his_device_revoked(
    office: Office, tri: Hand, since: str
) -> None:
    lan = office.hires("lan")
    office.admin.revoke_grant("lan", WARD)
    tri.session.give_ward(GiveWard("lan", WARD, "clerk", since))
    tri.session.end_ward(EndWard("lan", WARD))
    assert all((g.until or "9") < g.since for g in one(tri, "lan").grants), "never in force"
    assert refused(lambda: lan.pulls()) == "server.no_grant"
    tri.session.revoke_device(RevokeDevice(lan.who.device))
    assert refused(lambda: lan.pulls()) == "server.device_revoked"
    tri.session.give_ward(GiveWard("lan", WARD, "clerk", since))
    assert [g.until for g in one(tri, "lan").grants if g.role == "clerk"] == [None]


def test_of_two_grants_in_one_ward_the_one_that_reaches_furthest_counts(
    office: Office, tri: Hand
) -> None:
    office.hires("lan")
    chief = office.hires("chi", "supervisor")
    office.admin.grant("chi", WARD, "supervisor", since=date(2026, 11, 1), until=TODAY)
    chief.session.give_ward(GiveWard("lan", WARD, "clerk"))
    office.admin.grant("tri", WARD, "admin", until=TODAY)
    tri.session.give_ward(GiveWard("lan", WARD, "canvasser"))
    office.adds_user("mai", "clerk")
    above = GiveWard("mai", WARD, "supervisor")  # which only the shorter grant stands above
    assert refused(lambda: tri.session.give_ward(above)) == "staff.longer_than_own"


@pytest.mark.parametrize("name", ["server", "Server", "tri ", " ", "tri\u0301"])
def test_nobody_is_named_like_the_administrator_or_to_be_mistaken(tri: Hand, name: str) -> None:
    invite = Invite(name, NewColleague("X", "canvasser", (WARD,)))
    assert refused(lambda: tri.session.invite(invite)).startswith("staff.")
