"""Whole runs of real laptops against the real server, with faults in their way."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.model import Conflict, Person
from fieldapp.model.changesets import content_hash
from fieldapp.model.entries import next_chain
from fieldapp.store import tables
from fieldapp.store.log import own_back
from fieldapp.store.queries import sync as queries_sync
from fieldapp.store.queries.history import conflict_rows, troubled_work
from fieldapp.store.work import Intent
from sync.client.machine import State
from sync.client.sign_in import sign_in_again
from sync.client.status import read_status
from sync.protocol import Answers, Page
from sync.server.store.tables import log_entry
from sync.server.verify import verify
from tests.support.laptops import PASSWORD, WARD, add_family, add_person
from tests.support.shown import journal_ids, name_of, on_server
from tests.support.team import Direct, Faulty, Laptop, Team


def everything(laptop: Laptop) -> list[str]:
    """All rows of a file but the installation's settings: what a refused answer may not change."""

    def query(connection: Connection) -> list[str]:
        names = sorted(table.name for table in tables.JOURNAL.sorted_tables if table.name != "meta")
        return [repr(connection.execute(text(f"SELECT * FROM {n}")).all()) for n in names]

    return laptop.store.read(query)


# whole runs


def test_what_one_laptop_saved_is_on_the_other_after_both_have_synced(
    lan: Laptop, phuc: Laptop
) -> None:
    _, (person, _) = add_family(lan.store, ["Hằng", "Bảo"])
    lan.synced()
    phuc.synced()
    assert name_of(phuc, person) == "Hằng"


def test_a_month_of_offline_work_goes_out_in_batches_and_in_order(team: Team, lan: Laptop) -> None:
    for number in range(90):
        add_person(lan.store, f"Người {number}", note="x" * 9_000)
    way = lan.transport()
    assert lan.sync(way).pushed == 90
    batches = [request.contents for name, request in way.calls if name == "push"]
    assert len(batches) > 2
    assert on_server(team) == journal_ids(lan)


def test_a_first_sync_takes_many_pages_and_ends_at_the_head(lan: Laptop, phuc: Laptop) -> None:
    for number in range(70):
        add_person(lan.store, f"Người {number}", note="x" * 9_000)
    lan.synced()
    way = phuc.transport()
    report = phuc.sync(way)
    assert report.done
    assert sum(name == "pull" for name, _ in way.calls) > 2
    assert phuc.store.read(queries_sync.positions)[WARD][1] == 70


def test_a_second_run_with_nothing_new_sends_and_asks_for_nothing(lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    way = lan.transport()
    assert lan.sync(way).done
    assert [name for name, _ in way.calls] == ["knock"]


def test_work_saved_while_a_page_is_on_its_way_goes_out_in_the_same_run(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    add_person(phuc.store)
    phuc.synced()

    def saves_meanwhile(page: Page) -> Page:
        add_person(lan.store, "Vừa ghi")
        return page

    assert lan.sync(lan.transport(pull=[saves_meanwhile])).done
    assert on_server(team, "lan") == journal_ids(lan)


def test_held_work_is_not_sent_again_with_every_run(team: Team, lan: Laptop) -> None:
    lan.synced()
    team.admin.revoke_grant("lan", WARD)
    add_person(lan.store)
    assert lan.sync().done
    way = lan.transport()
    lan.sync(way)
    assert way.sent() == []
    status = read_status(lan.store, State())
    assert (status.unsent, status.needs_fixing, status.sent) == (0, 1, 0)


def test_held_work_that_is_released_comes_back_as_sent(team: Team, lan: Laptop) -> None:
    lan.synced()
    team.admin.revoke_grant("lan", WARD)
    person = add_person(lan.store, "Hằng")
    lan.sync()
    team.admin.grant("lan", WARD, "canvasser")
    team.admin.release(team.admin.held()[0]["id"])
    lan.synced()
    status = read_status(lan.store, State())
    assert (status.sent, status.needs_fixing) == (1, 0)
    assert name_of(lan, person) == "Hằng"


# faults on the way


@pytest.mark.parametrize("call", ["greet", "push", "pull"])
@pytest.mark.parametrize("fault", ["lost", "unheard", "twice"])
def test_a_lost_or_doubled_message_loses_and_doubles_nothing(
    team: Team, lan: Laptop, phuc: Laptop, call: str, fault: str
) -> None:
    add_person(phuc.store)
    phuc.synced()
    add_person(lan.store)
    report = lan.sync(lan.transport(**{call: [fault]}))
    if fault != "twice":
        assert (report.state.phase, report.state.trouble) != ("done", None)
        assert report.state.next_try_at is not None
    assert lan.sync(state=report.state).done
    assert on_server(team, "lan") == journal_ids(lan)
    assert verify(team.service.database) == []


def test_an_unheard_answer_leaves_the_work_unsent_until_it_is_heard(
    team: Team, lan: Laptop
) -> None:
    add_person(lan.store)
    lan.sync(lan.transport(push=["unheard"]))
    assert len(on_server(team)) == 1
    status = read_status(lan.store, State())
    assert (status.unsent, status.safe_to_shut_down) == (1, False)
    lan.synced()
    assert read_status(lan.store, State()).safe_to_shut_down


def _without_last(page: Page) -> Page:
    return replace(page, entries=page.entries[:-1])


def _shifted(page: Page) -> Page:
    return replace(page, after=page.after + 1, upto=page.upto + 1)


def _emptied(page: Page) -> Page:
    return replace(page, entries=(), count=0, upto=page.after)


def _other_ward(page: Page) -> Page:
    return replace(page, ward="00001.20250701")


def _swapped(page: Page) -> Page:
    return replace(page, entries=tuple(reversed(page.entries)))


def _altered(page: Page) -> Page:
    first = page.entries[0]
    other = replace(first, content=first.content.replace("Hằng", "Hạnh"))
    return replace(page, entries=(other, *page.entries[1:]))


def _other_outcome(page: Page) -> Page:
    first = page.entries[0]
    return replace(page, entries=(replace(first, outcome="{}"), *page.entries[1:]))


@pytest.mark.parametrize(
    "tamper",
    [_without_last, _shifted, _emptied, _other_ward, _swapped, _altered, _other_outcome],
)
def test_a_page_that_is_not_whole_or_not_the_next_one_changes_nothing(
    lan: Laptop, phuc: Laptop, tamper: Any
) -> None:
    add_person(lan.store, "Hằng")
    add_person(lan.store, "Hằng Bích")
    phuc.synced()
    lan.synced()
    before = everything(phuc)
    report = phuc.sync(phuc.transport(pull=[tamper]))
    assert not report.done
    assert everything(phuc) == before
    phuc.synced()


def test_a_page_from_another_log_is_never_taken(lan: Laptop, phuc: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    phuc.synced()
    add_person(lan.store)
    lan.synced()
    before = everything(phuc)
    foreign = lambda page: replace(page, chain_at_after="f" * 64)  # noqa: E731
    report = phuc.sync(phuc.transport(pull=[foreign]))
    assert (report.state.phase, report.trouble and report.trouble.code) == (
        "waiting",
        "sync.not_our_log",
    )
    assert everything(phuc) == before


def _of_other_hash(answers: Answers) -> Answers:
    return replace(answers, answers=tuple(replace(a, hash="0" * 64) for a in answers.answers))


def _of_other_id(answers: Answers) -> Answers:
    return replace(answers, answers=tuple(replace(a, changeset="x") for a in answers.answers))


def _none(answers: Answers) -> Answers:
    return replace(answers, answers=())


def _without_revision(answers: Answers) -> Answers:
    return replace(answers, answers=tuple(replace(a, revision=None) for a in answers.answers))


def _of_unknown_status(answers: Answers) -> Answers:
    return replace(answers, answers=tuple(replace(a, status="fine") for a in answers.answers))


@pytest.mark.parametrize(
    "tamper", [_of_other_hash, _of_other_id, _none, _without_revision, _of_unknown_status]
)
def test_an_acknowledgement_counts_only_with_id_hash_and_sense(lan: Laptop, tamper: Any) -> None:
    add_person(lan.store)
    report = lan.sync(lan.transport(push=[tamper]))
    assert report.trouble is not None
    assert report.trouble.code == "sync.incomplete_answer"
    status = read_status(lan.store, State())
    assert (status.unsent, status.safe_to_shut_down, status.last_confirmed_at) == (1, False, None)
    lan.synced()


def test_the_answered_part_of_a_batch_counts_even_where_the_rest_is_missing(lan: Laptop) -> None:
    add_person(lan.store)
    add_person(lan.store)
    half = lambda a: replace(a, answers=a.answers[:1])  # noqa: E731
    lan.sync(lan.transport(push=[half]))
    assert read_status(lan.store, State()).unsent == 1
    way = lan.transport()
    assert lan.sync(way).done
    assert len(way.sent()) == 1


def _forged_with_a_right_chain(laptop: Laptop, page: Page) -> Page:
    """As a server would send it that holds other content under an id of ours."""
    own = laptop.store.read(own_back.contents_of, [one.changeset for one in page.entries])
    chain, entries = page.chain_at_after, []
    for entry in page.entries:
        content = own[entry.changeset].decode().replace("Hằng", "Hạnh")
        name = entry.changeset
        chain = next_chain(chain, name, content.encode(), entry.outcome.encode())
        entries.append(replace(entry, content=content, chain=chain))
    return replace(page, entries=tuple(entries))


def test_an_entry_with_our_id_and_other_content_is_never_taken_for_our_work(lan: Laptop) -> None:
    lan.synced()
    person = add_person(lan.store, "Hằng")
    report = lan.sync(lan.transport(pull=[partial(_forged_with_a_right_chain, lan)]))
    assert report.trouble is not None
    assert report.trouble.code == "sync.broken_page"
    assert name_of(lan, person) == "Hằng"
    lan.synced()


# another life of the server


def _other_life(answer: Any) -> Any:
    return replace(answer, epoch="another-life")


@pytest.mark.parametrize("call", ["push", "pull"])
def test_a_server_with_another_epoch_gets_nothing_and_changes_nothing(
    lan: Laptop, phuc: Laptop, call: str
) -> None:
    add_person(phuc.store)
    phuc.synced()
    add_person(lan.store)
    before = everything(lan)
    report = lan.sync(lan.transport(**{call: [_other_life]}))
    assert report.state.phase == "waiting"
    assert report.trouble is not None
    assert report.trouble.code == "sync.new_epoch"
    if call != "pull":
        assert everything(lan) == before
    assert lan.store.setting("epoch") != "another-life"


def test_a_restored_server_is_noticed_at_the_handshake(team: Team, lan: Laptop) -> None:
    add_person(lan.store)
    lan.synced()
    restored = team.admin.accept_restore()
    way = lan.transport()
    assert lan.sync(way).done
    assert [name for name, _ in way.calls] == ["knock", "greet", "pull", "recall"], (
        "nothing was lost"
    )
    assert lan.store.setting("epoch") == restored.epoch


# rights


def test_a_signed_out_device_keeps_its_work_and_goes_on_after_signing_in_again(
    team: Team, lan: Laptop
) -> None:
    add_person(lan.store)
    team.admin.set_password("lan", PASSWORD)
    report = lan.sync()
    assert (report.state.phase, report.trouble and report.trouble.code) == (
        "refused",
        "sync.signed_out",
    )
    assert read_status(lan.store, report.state).unsent == 1
    sign_in_again(lan.store, Direct(team.service), PASSWORD)
    lan.synced()
    assert on_server(team) == journal_ids(lan)


def test_a_wrong_password_does_not_sign_in_again(team: Team, lan: Laptop) -> None:
    token = lan.store.setting("token")
    with pytest.raises(UserMends):
        sign_in_again(lan.store, Direct(team.service), "không phải mật khẩu này")
    assert lan.store.setting("token") == token


# ends


def test_a_run_that_is_cancelled_ends_before_its_next_call_and_keeps_everything(
    lan: Laptop,
) -> None:
    add_person(lan.store)
    way = lan.transport()
    report = lan.sync(way, cancelled=lambda: len(way.calls) == 1)
    assert [name for name, _ in way.calls] == ["greet"]
    assert report.trouble is not None
    assert report.trouble.code == "sync.cancelled"
    assert read_status(lan.store, State()).unsent == 1


def test_a_full_disk_while_a_page_is_taken_is_reported_and_the_page_comes_again(
    lan: Laptop, phuc: Laptop
) -> None:
    add_person(lan.store, "Hằng", note="x" * 9_000)
    lan.synced()

    def no_room(page: Page) -> Page:
        raise SurroundingsMend("store.disk_full")

    report = phuc.sync(phuc.transport(pull=[no_room]))
    assert report.trouble is not None
    assert report.trouble.code == "store.disk_full"
    phuc.synced()


def test_a_changeset_keeps_its_bytes_from_the_journal_to_every_log(
    team: Team, lan: Laptop, phuc: Laptop
) -> None:
    with lan.store.work(Intent("register", WARD, {"kind": "card_scan"})) as unit:
        unit.create(Person(id=unit.fresh_id(), full_name="Đặng Quốc Bảo"))
    lan.synced()
    phuc.synced()
    of_journal = select(tables.journal.c.content)
    of_log = select(tables.log_entry.c.content).where(tables.log_entry.c.ward == WARD)
    of_server = select(log_entry.c.content).where(log_entry.c.ward == WARD)
    written = lan.store.read(lambda c: c.execute(of_journal).scalar_one())
    assert phuc.store.read(lambda c: c.execute(of_log).scalar_one()) == written
    with team.service.database.read() as connection:
        assert connection.execute(of_server).scalar_one() == written


def test_what_the_server_cannot_read_waits_for_a_person_and_blocks_nothing(
    team: Team, lan: Laptop
) -> None:
    add_person(lan.store, "Nguyễn Văn An")
    unreadable = '{"note":"no changeset"}'

    def spoil(connection: Connection) -> None:
        digest = content_hash(unreadable.encode())
        connection.execute(update(tables.journal).values(content=unreadable.encode(), hash=digest))

    with lan.store._write() as connection:
        spoil(connection)
    add_person(lan.store, "Lê Thị Bình")

    assert lan.sync().done
    assert read_status(lan.store, State()).needs_fixing == 1
    assert len(on_server(team, "lan")) == 1


def test_a_value_from_the_future_does_not_win_by_its_clock(team: Team, lan: Laptop) -> None:
    phuc = team.laptop(lan.folder.parent / "phuc", "phuc")
    person = add_person(lan.store)
    lan.synced()
    phuc.synced()
    at_phuc = phuc.store.basis(WARD, ("person", person))
    phuc.clock.forward(days=3 * 365)
    with phuc.store.work(Intent("edit", WARD), at_phuc) as unit:
        unit.edit(Person, person, phone="0903000001")
    at_lan = lan.store.basis(WARD, ("person", person))
    with lan.store.work(Intent("edit", WARD), at_lan) as unit:
        unit.edit(Person, person, phone="0903000002")
    phuc.synced()
    lan.synced()

    (conflict,) = lan.store.read(conflict_rows)
    assert (conflict.field, conflict.open) == ("phone", True)


def test_the_server_holds_a_decision_of_somebody_who_may_not_decide(
    team: Team, lan: Laptop
) -> None:
    person = add_person(lan.store)
    lan.synced()
    conflict = Conflict(ward=WARD, id="c", record_type="person", record=person, field="full_name")
    with lan.store.work(Intent("conflict.decide", WARD)) as unit:
        unit.decide(conflict, "Somebody Else")
    lan.synced()

    held = lan.store.read(troubled_work)
    assert [own.reason for own in held] == ["no_right"]


# how much at once


def too_large(limit: int) -> Any:
    """A way to the server on which no more than so many changesets get through at once."""

    class Narrow(Direct):
        def carry(self, name: str, request: Any) -> Any:
            if name == "push" and len(request.contents) > limit:
                raise SurroundingsMend("sync.too_large")
            return super().carry(name, request)

    return Narrow


def narrow(laptop: Laptop, limit: int) -> Faulty:
    return Faulty(too_large(limit)(laptop.service, laptop.store.setting("token")))


def test_what_is_too_much_at_once_goes_out_in_smaller_batches(team: Team, lan: Laptop) -> None:
    for number in range(20):
        add_person(lan.store, f"Người {number}")
    way = narrow(lan, 3)
    assert lan.sync(way).done
    assert on_server(team) == journal_ids(lan)
    sizes = [len(request.contents) for name, request in way.calls if name == "push"]
    assert sizes[:4] == [20, 10, 5, 2]


def test_one_that_is_too_large_by_itself_is_set_aside_and_blocks_nothing(
    team: Team, lan: Laptop
) -> None:
    first = add_person(lan.store, "Hằng", note="x" * 5_000)
    add_person(lan.store, "Bảo")

    class Narrow(Direct):
        def carry(self, name: str, request: Any) -> Any:
            if name == "push" and any(len(text) > 5_000 for text in request.contents):
                raise SurroundingsMend("sync.too_large")
            return super().carry(name, request)

    def way() -> Faulty:
        return Faulty(Narrow(lan.service, lan.store.setting("token")))

    assert lan.sync(way()).done
    assert len(on_server(team)) == 1
    status = read_status(lan.store, State())
    assert (status.unsent, status.needs_fixing, status.safe_to_shut_down) == (0, 1, False)
    assert [own.reason for own in lan.store.read(troubled_work)] == ["too_large"]
    assert name_of(lan, first) == "Hằng"

    add_person(lan.store, "Mai")
    saved = way()
    assert lan.sync(saved, why="save").done
    assert len(saved.sent()) == 1, "it is not tried again with every save"
    lan.synced()
    assert len(on_server(team)) == 3, "but when a person wants a sync"
    assert read_status(lan.store, State()).safe_to_shut_down


def test_pages_grow_on_a_good_way_and_shrink_on_a_bad_one(lan: Laptop, phuc: Laptop) -> None:
    for number in range(90):
        add_person(lan.store, f"Người {number}", note="x" * 9_000)
    lan.synced()
    way = phuc.transport(pull=["none", "lost"])
    report = phuc.sync(way)
    assert report.trouble is not None
    way = phuc.transport()
    assert phuc.sync(way, state=report.state).done
    pulls = [request for name, request in way.calls if name == "pull" and request.ward == WARD]
    assert [one.limit_bytes for one in pulls] == [100_000, 200_000, 400_000, 800_000]

    def slow(page: Page) -> Page:
        phuc.clock.forward(seconds=20)
        return page

    add_person(lan.store)
    lan.synced()
    phuc.sync(phuc.transport(pull=[slow]))
    assert phuc.store.setting("page_bytes") == 400_000
