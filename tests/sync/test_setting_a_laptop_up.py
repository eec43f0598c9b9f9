"""The first sign-in: an invitation, a folder, and what may go wrong between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fieldapp.errors import SurroundingsMend, UserMends
from fieldapp.store.file import profile
from sync.client.sign_in import PENDING, enrol_device
from sync.protocol import SignedIn, SignIn
from tests.support.laptops import PASSWORD, machine
from tests.support.refusals import refused
from tests.support.team import Direct, Faulty, Tamper, Team

URL = "https://sync.test"


def way(team: Team, *faults: str | Tamper) -> Faulty:
    return Faulty(Direct(team.service), {"sign_in": list(faults)})


@pytest.fixture
def request_of_lan(team: Team) -> SignIn:
    return SignIn("lan", PASSWORD, "máy của Lan", team.hire("lan"))


def test_a_laptop_that_was_set_up_knows_its_user_server_and_grants(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    made = enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team))
    store = made.store
    assert (made.card.server, made.card.username) == (URL, "lan")
    assert store.setting("token")
    assert [grant["ward"] for grant in store.setting("grants")] == [team.ward]
    assert store.setting("epoch")
    assert not (tmp_path / PENDING).exists()
    made.close()


def test_the_password_of_the_sign_in_opens_the_profile(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    on = machine()
    enrol_device(tmp_path, URL, request_of_lan, on, connect=lambda _: way(team)).close()
    profile.unlock(tmp_path, PASSWORD, on).close()


def test_a_wrong_password_leaves_the_invitation_good(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    wrong = replace(request_of_lan, password="không phải mật khẩu này")
    with refused(UserMends, "server.wrong_sign_in"):
        enrol_device(tmp_path, URL, wrong, machine(), connect=lambda _: way(team))
    assert profile.card_of(tmp_path) is None
    enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team)).close()


def test_a_request_that_never_arrived_is_simply_made_again(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    with refused(SurroundingsMend, "sync.no_network"):
        enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team, "lost"))
    enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team)).close()


def test_after_a_lost_answer_the_same_device_asks_again_and_is_let_in(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    lost, again = way(team, "unheard"), way(team)
    with refused(SurroundingsMend, "sync.no_network"):
        enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: lost)
    made = enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: again)
    devices = {request.device for way_ in (lost, again) for _, request in way_.calls}
    assert devices == {made.store.setting("device")}
    made.close()


def test_a_used_invitation_lets_no_other_device_in(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    enrol_device(first, URL, request_of_lan, machine(), connect=lambda _: way(team)).close()
    with refused(UserMends, "server.invitation_invalid"):
        other = machine(seed=2)
        enrol_device(second, URL, request_of_lan, other, connect=lambda _: way(team))
    assert profile.card_of(second) is None


def test_an_invitation_of_somebody_else_is_not_called_lost(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    other = replace(request_of_lan, invitation="AAAA-BBBB")
    with refused(UserMends, "server.invitation_invalid"):
        enrol_device(tmp_path, URL, other, machine(), connect=lambda _: way(team))


def test_a_folder_that_cannot_be_written_is_noticed_before_the_invitation_is_used(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    (tmp_path / "file").write_text("")
    standing = way(team)
    with refused(SurroundingsMend, "store.read_only"):
        enrol_device(tmp_path / "file", URL, request_of_lan, machine(), connect=lambda _: standing)
    assert standing.calls == []


def test_a_folder_that_breaks_after_the_sign_in_says_what_to_do(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    def breaks_the_folder(answer: SignedIn) -> SignedIn:
        (tmp_path / "lan" / "key.new").mkdir()
        return answer

    standing = way(team, breaks_the_folder)
    with refused(SurroundingsMend, "sync.profile_not_made"):
        enrol_device(tmp_path / "lan", URL, request_of_lan, machine(), connect=lambda _: standing)
    assert profile.card_of(tmp_path / "lan") is None
    assert (tmp_path / "lan" / PENDING).exists()


def test_a_folder_with_a_profile_is_refused_before_anything_is_asked(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team)).close()
    standing = way(team)
    with refused(UserMends, "store.profile_exists"):
        enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: standing)
    assert standing.calls == []


def test_the_waiting_set_up_holds_no_secret(
    team: Team, tmp_path: Path, request_of_lan: SignIn
) -> None:
    with refused(SurroundingsMend, "sync.no_network"):
        enrol_device(tmp_path, URL, request_of_lan, machine(), connect=lambda _: way(team, "lost"))
    kept = (tmp_path / PENDING).read_text("utf-8")
    assert PASSWORD not in kept
    assert str(request_of_lan.invitation) not in kept
