"""What is taken out of a laptop is noted there first, and stands in the server's list once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fieldapp.errors import FieldappError, SurroundingsMend
from fieldapp.model.happenings import details_are_sound
from fieldapp.store import happenings
from fieldapp.usecases.receipts.receipt_books import write_reconciliation
from fieldapp.words import Words
from sync.server.audit.keeping import Wanted
from sync.server.verify import verify
from tests.support.laptops import WARD
from tests.support.listing import HANG, Listing, open_listing
from tests.support.refusals import refused

AT = "2026-11-23T01:00:00.000Z"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Listing]:
    with open_listing(tmp_path) as opened:
        yield opened


def listed(office: Listing) -> list[dict[str, Any]]:
    kinds = ("export", "exported", "export_stopped", "person_seen")
    return office.team.admin.audit(Wanted([WARD], kinds=kinds))


def takes_out(office: Listing, path: Path) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    office.hien.synced()
    write_reconciliation(office.hien.store, path, Words("vi"))


def test_a_file_is_noted_without_a_network_and_stands_in_the_list_after_the_next_sync(
    office: Listing, tmp_path: Path
) -> None:
    takes_out(office, tmp_path / "c17.xlsx")
    assert listed(office) == []
    office.hien.synced()
    begun, done = listed(office)
    assert (begun["kind"], begun["actor"]) == ("export", "hien")
    assert begun["details"]["what"] == "c17" and begun["details"]["masked"]
    assert done["details"]["rows"] == 1 and len(done["details"]["sha256"]) == 64
    office.hien.synced()
    assert len(listed(office)) == 2
    assert verify(office.team.service.database) == []


def test_an_answer_that_is_lost_makes_no_second_line(office: Listing, tmp_path: Path) -> None:
    takes_out(office, tmp_path / "c17.xlsx")
    way = office.hien.transport(audit=["unheard", "lost"])
    assert office.hien.sync(way).done
    office.hien.sync(way)
    office.hien.synced()
    assert [line["kind"] for line in listed(office)] == ["export", "exported"]


def test_a_file_that_could_not_be_written_is_noted_too(office: Listing, tmp_path: Path) -> None:
    office.pays(office.lan, HANG)
    office.lan.synced()
    office.hien.synced()
    with pytest.raises(FieldappError):
        write_reconciliation(office.hien.store, tmp_path / "nowhere" / "c17.xlsx", Words("vi"))
    office.hien.synced()
    _, stopped = listed(office)
    assert stopped["details"]["why"] == "reports.folder_missing"


def test_who_handed_it_in_is_what_the_token_says_and_nobody_takes_a_foreign_id(
    office: Listing, tmp_path: Path
) -> None:
    takes_out(office, tmp_path / "c17.xlsx")
    stolen = office.hien.store.read(happenings.to_hand_over, "")[0]
    with office.lan.store._write() as connection:
        happenings.keep(connection, stolen)
    office.lan.synced()
    office.hien.synced()
    assert [line["actor"] for line in listed(office)] == ["lan", "hien", "hien"]


def test_a_restored_server_hears_all_of_it_again(office: Listing, tmp_path: Path) -> None:
    takes_out(office, tmp_path / "c17.xlsx")
    office.hien.synced()
    office.team.admin.accept_restore()
    office.hien.synced()
    office.hien.synced()
    assert len(listed(office)) == 2


def test_a_supervisor_reads_the_list_of_her_ward_on_and_anew_after_a_restore(
    office: Listing, tmp_path: Path
) -> None:
    office.team.admin.grant("tri", WARD, "supervisor")
    takes_out(office, tmp_path / "c17.xlsx")
    office.sync(office.hien, office.tri)

    def heard() -> list[str]:
        lines = office.tri.store.read(happenings.lines_of, "", (WARD,))
        return [one.kind for one in lines if one.kind not in ("user_added", "invited")]

    assert heard() == ["granted", "export", "exported"]
    office.team.admin.accept_restore()
    office.sync(office.tri, office.tri)
    assert heard() == ["granted", "export", "exported"]
    office.team.admin.revoke_grant("tri", WARD)
    office.sync(office.tri)
    assert heard() == []


def test_a_ward_that_is_supervised_later_is_read_from_its_first_line(
    office: Listing, tmp_path: Path
) -> None:
    other = office.team.admin.add_ward("26929", date(2025, 7, 1), "Phường Bình Thạnh")
    office.team.admin.grant("hien", other, "clerk")
    office.team.admin.grant("tri", WARD, "supervisor")
    office.sync(office.tri)
    office.team.admin.grant("tri", other, "supervisor")
    office.sync(office.tri)
    heard = office.tri.store.read(happenings.lines_of, "", (other,))
    assert [line.actor for line in heard] == ["server", "server"]
    assert heard[0].noted_at == heard[0].happened_at


def test_a_revoked_laptop_hands_its_lines_over_before_its_key_goes(
    office: Listing, tmp_path: Path
) -> None:
    takes_out(office, tmp_path / "c17.xlsx")
    device = office.hien.store.setting("device")
    office.team.admin.revoke_device(device)
    way = office.hien.transport(audit=["lost"])
    assert not office.hien.sync(way).done
    assert listed(office) == [] and office.hien.store.setting("device") == device
    office.hien.sync()
    told = listed(office)
    assert [line["kind"] for line in told] == ["export", "exported"]
    assert all(line["details"]["revoked"] for line in told)
    with refused(SurroundingsMend, "store.closed"):
        office.hien.store.setting("device")


def test_a_line_that_the_server_refuses_stays_here_and_is_handed_over_no_more(
    office: Listing, tmp_path: Path
) -> None:
    forged = happenings.Kept(office.hien.store._ids.new(), WARD, "export", "", {"x": "y"}, AT)
    with office.hien.store._write() as connection:
        happenings.keep(connection, forged)
    takes_out(office, tmp_path / "c17.xlsx")
    office.hien.synced()
    assert [line["kind"] for line in listed(office)] == ["export", "exported"]
    assert [one.id for one in office.hien.store.read(happenings.own_lines, "")] == [forged.id]
    way = office.hien.transport()
    office.hien.synced_by(way)
    assert "audit" not in [name for name, _ in way.calls]


@pytest.mark.parametrize(
    "choices",
    [
        {"form": "079168000001"},
        {"columns": ["full_name", "0903555777"]},
        {"cut_offs": {"079168000001": 4}},
    ],
)
def test_a_persons_number_is_no_code(choices: dict[str, Any]) -> None:
    assert not details_are_sound("export", {"what": "visits", "choices": choices})
    assert details_are_sound("export", {"what": "visits", "choices": {"cut_offs": {WARD: 4}}})


def test_what_the_whitelist_does_not_name_is_not_kept_in_the_first_place(office: Listing) -> None:
    with pytest.raises(ValueError, match="details"):
        office.hien.store.happened("export", (WARD,), {"what": "c17", "name": HANG})
