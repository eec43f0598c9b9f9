"""Who saw or changed what: appended, chained, sealed; a line that was changed shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from fieldapp.clock import iso
from fieldapp.model.erasures import erasure_id
from fieldapp.model.releases import LET_IN, release_id
from sync.protocol import EndWard, GiveWard, HandOver, HappenedThere, Invite, RevokeDevice
from sync.server.audit.keeping import Happening, Wanted, note_audit
from sync.server.store.tables import audit_head, audit_line
from sync.server.verify import verify
from tests.support.changes import WARD, create, edit
from tests.support.ward_office import Office, family

AT = "2026-11-23T02:00:00.000Z"
ID = "0192b3c4-0000-7000-8000-000000000001"
PERSON = "0192b3c4-0000-7000-8000-000000000002"


def kinds(office: Office, **wanted: object) -> list[str]:
    return [line["kind"] for line in office.admin.audit(Wanted(**wanted))]  # type: ignore[arg-type]  # fields given by name


def test_sign_ins_users_grants_invitations_and_devices_stand_in_it_in_order(
    office: Office,
) -> None:
    lan = office.hires("lan")
    office.admin.grant("lan", WARD, "clerk")
    office.admin.revoke_grant("lan", WARD)
    office.admin.set_password("lan", "mot mat khau khac")
    office.admin.revoke_device(lan.who.device)
    assert kinds(office) == [
        *("user_added", "invited", "sign_in", "granted", "grant_ended", "password_set"),
        "device_revoked",
    ]
    assert kinds(office, actor="lan") == ["sign_in"]
    assert kinds(office, wards=[WARD]) == [
        *("user_added", "invited", "granted", "grant_ended", "password_set", "device_revoked")
    ]
    assert verify(office.service.database, office.service.safe) == []


def test_what_changes_nothing_is_not_noted(office: Office) -> None:
    lan, tri = office.hires("lan"), office.hires("tri", "supervisor")
    give, say = GiveWard("lan", WARD, "clerk"), tri.session
    before = len(kinds(office))
    for _ in range(2):
        say.give_ward(give)
        office.admin.grant("lan", WARD, "clerk")
    for _ in range(2):
        say.end_ward(EndWard("lan", WARD))
        office.admin.revoke_grant("lan", WARD)
    for _ in range(2):
        say.revoke_device(RevokeDevice(lan.who.device))
        office.admin.revoke_device(lan.who.device)
        office.admin.settle_clone(lan.who.device)  # of which there is none
    assert kinds(office)[before:] == ["granted", "grant_ended", "device_revoked"]


def test_what_is_done_to_a_person_stands_in_each_of_his_wards(office: Office) -> None:
    other = "26929.20250701"
    office.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    tri, lan = office.hires("tri", "supervisor"), office.hires("lan", "canvasser", WARD, other)
    tri.session.invite(Invite("lan"))
    office.admin.invite("lan")
    office.admin.set_password("lan", "mot mat khau khac")
    tri.session.revoke_device(RevokeDevice(lan.who.device))
    said = ["user_added", "invited", "invited", "invited", "password_set", "device_revoked"]
    assert kinds(office, wards=[other]) == said
    office.admin.revoke_grant("lan", other)
    office.admin.invite("lan")
    assert kinds(office, wards=[other])[len(said) :] == ["grant_ended"], "he works there no more"
    office.admin.revoke_grant("lan", WARD)
    office.admin.invite("lan")
    assert kinds(office, wards=[other])[-1] == "invited", "of who has left, all that he had"


def test_decisions_releases_and_erasures_stand_in_it_once_with_who_and_whom(
    office: Office,
) -> None:
    lan, phuc = office.hires("lan"), office.hires("phuc")
    tri = office.hires("tri", "supervisor")
    lan.pushes(lan.writes(0, *family()))
    office.admin.revoke_grant("phuc", WARD)
    held = phuc.writes(1, edit("person", "p1", note=("", "?")))
    phuc.pushes(held)
    release = create("held_release", release_id(WARD, held.id, LET_IN), held=held.id, how=LET_IN)
    ends = tri.writes(1, release)
    assert [a.status for a in tri.pushes(ends)] == ["applied"]
    erases = tri.writes(3, create("erasure", erasure_id(WARD, "p1"), person="p1", erased_at=AT))
    assert [a.status for a in tri.pushes(erases)] == ["applied"]
    tri.pushes(ends, erases)  # the answer was lost
    assert kinds(office, wards=[WARD], kinds=("released", "erased")) == ["released", "erased"]
    [line] = office.admin.audit(Wanted(person="p1"))
    assert (line["kind"], line["actor"], line["device"]) == ("erased", "tri", tri.who.device)


def test_a_happening_that_comes_twice_makes_one_line(office: Office) -> None:
    one = Happening("exported", "lan", ward=WARD, details={"rows": 7}, id="h1")
    service = office.service
    for _ in range(2):
        service.database.in_write(lambda c: note_audit(c, [one], office.clock.now(), service.safe))
    assert kinds(office, kinds=("exported",)) == ["exported"]


CHANGES = {
    "a line changed": (update(audit_line).where(audit_line.c.number == 2).values(actor="x"), 1),
    "a line taken out": (delete(audit_line).where(audit_line.c.number == 2), 2),
    "the last line taken out": (delete(audit_line).where(audit_line.c.number == 3), 1),
    "a seal changed": (update(audit_line).where(audit_line.c.number == 1).values(seal="0"), 1),
    "the end set back": (update(audit_head).values(number=2), 1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_behind_its_back_is_found(office: Office, what: str) -> None:
    office.hires("lan")
    change, least = CHANGES[what]
    assert verify(office.service.database, office.service.safe) == []
    with office.service.database.write() as connection:
        connection.execute(change)
    found = verify(office.service.database, office.service.safe)
    assert len(found) >= least and all(one.what.startswith("audit_") for one in found)


def test_a_line_twice_in_one_call_is_one_and_a_place_beyond_all_reads_nothing(
    office: Office,
) -> None:
    tri = office.hires("tri", "supervisor")
    line = HappenedThere(ID, WARD, "exported", iso(office.clock.now()), "", {"what": "c17"})
    told = tri.session.audit(HandOver((line, line), 0))
    assert [one.kind for one in told.lines].count("exported") == 1
    assert tri.session.audit(HandOver((), 10**30)).lines == ()


WHOLE = {
    "id": ID,
    "ward": WARD,
    "kind": "export",
    "happened_at": AT,
    "person": "",
    "details": {"what": "c17", "masked": True, "choices": {"collector": "tri", "book": ""}},
}
FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "no id": ("id", {"id": "Nguyen Van A"}),
    "a ward that he never had": ("ward", {"ward": "26929.20250701"}),
    "no ward": ("ward", {"ward": ""}),
    "an unknown kind": ("kind", {"kind": "erased"}),
    "a name for a person": ("person", {"person": "Nguyễn Văn A"}),
    "no moment": ("moment", {"happened_at": "hôm qua"}),
    "a name among the details": ("details", {"details": WHOLE["details"] | {"name": "Hằng"}}),
    "a name among the choices": ("details", {"details": {"choices": {"name": "Hằng"}}}),
    "a sentence for a code": ("details", {"details": {"what": "của chị Hằng"}}),
    "a nobody's name": ("details", {"details": {"choices": {"collector": "Nguyen Van A"}}}),
    "a book of nobody's": ("details", {"details": {"choices": {"book": "NguyenVanA"}}}),
    "a number too large": ("details", {"kind": "exported", "details": {"rows": 10**30}}),
    "a truth for a number": ("details", {"kind": "exported", "details": {"rows": True}}),
    "too much": ("details", {"details": {"choices": {"outcomes": ["met"] * 3_000}}}),
    "a NUL": ("details", {"details": {"what": "c\0"}}),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_line_is_refused_with_a_reason_and_stops_no_other(
    office: Office, what: str
) -> None:
    office.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    tri = office.hires("tri", "supervisor")
    why, forged = FORGED[what]
    bad, good = HappenedThere(**(WHOLE | forged)), HappenedThere(**(WHOLE | {"id": PERSON}))
    for _ in range(2):
        told = tri.session.audit(HandOver((bad, good)))
        assert told.ids == (bad.id, good.id) and told.refused == ((bad.id, why),)
    lines = office.admin.audit(Wanted(kinds=("export", "exported", "erased", "line_refused")))
    assert [line["kind"] for line in lines] == ["line_refused", "export"]
    assert lines[0]["details"] == {"why": why}
    assert "Hằng" not in str(lines) and "Nguyen" not in str(lines)


def test_who_has_left_a_ward_still_tells_what_was_taken_out_of_it(office: Office) -> None:
    lan = office.hires("lan")
    office.admin.revoke_grant("lan", WARD)
    assert lan.session.audit(HandOver((HappenedThere(**WHOLE | {"details": None}),))).refused == ()


def test_a_line_of_tomorrow_is_told_as_of_now_and_every_line_with_when_it_came(
    office: Office,
) -> None:
    tri, now = office.hires("tri", "supervisor"), iso(office.clock.now())
    late = HappenedThere(**(WHOLE | {"happened_at": "2031-01-01T00:00:00.000Z"}))
    early = HappenedThere(**(WHOLE | {"id": PERSON, "happened_at": "2026-11-20T00:00:00.000Z"}))
    told = tri.session.audit(HandOver((late, early), 0)).lines[-2:]
    assert [one.happened_at for one in told] == [now, "2026-11-20T00:00:00.000Z"]
    assert [one.noted_at for one in told] == [now, now]


def test_a_revoked_device_still_hands_its_lines_in_marked_and_reads_none(office: Office) -> None:
    tri = office.hires("tri", "supervisor")
    office.admin.revoke_device(tri.who.device)
    told = tri.session.audit(HandOver((HappenedThere(**WHOLE),), 0))
    assert told.ids == (ID,) and told.lines == () and told.refused == ()
    [line] = office.admin.audit(Wanted(kinds=("export",)))
    assert line["details"]["revoked"] is True
