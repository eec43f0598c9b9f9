"""Who may speak: invitations, passwords, tokens, revocation, grants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldapp.errors import UserMends
from sync.protocol import Handshake, Pull, SignedIn, SignIn
from sync.server.refusals import Refused
from tests.support.changes import WARD
from tests.support.ward_office import PASSWORD, Hand, Office


def signs_in(office: Office, **parts: str | None) -> SignedIn:
    request = {"username": "lan", "password": PASSWORD, "device_name": "máy"} | parts
    return office.service.for_token(None).sign_in(SignIn(**request))  # type: ignore[arg-type]  # fields given by name


def refusal(office: Office, **parts: str | None) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        signs_in(office, **parts)
    return caught.value.code, caught.value.status


def test_an_invitation_enrols_one_device_once(office: Office) -> None:
    office.adds_user("lan")
    code = office.admin.invite("lan")
    who = signs_in(office, invitation=code.lower().replace("-", " "))
    assert (who.username, who.full_name, who.role) == ("lan", "Lan", "canvasser")
    assert [grant.ward for grant in who.grants] == [WARD]
    assert refusal(office, invitation=code) == ("server.invitation_invalid", 403)


def test_an_invitation_is_for_its_user_and_for_a_day(office: Office) -> None:
    office.adds_user("lan")
    office.adds_user("minh")
    code = office.admin.invite("minh")
    assert refusal(office, invitation=code)[0] == "server.invitation_invalid"
    own = office.admin.invite("lan", valid=timedelta(minutes=15))
    office.clock.forward(minutes=16)
    assert refusal(office, invitation=own)[0] == "server.invitation_invalid"
    assert signs_in(office, username="minh", invitation=code).username == "minh"


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(office: Office) -> None:
    office.adds_user("lan")
    code = office.admin.invite("lan")
    wrong = refusal(office, password="sai mat khau roi", invitation=code)
    unknown = refusal(office, username="nobody", invitation=code)
    assert wrong == unknown == ("server.wrong_sign_in", 401)


def test_an_unknown_user_costs_the_same_hashing_as_a_known_one(office: Office) -> None:
    checked: list[bool] = []
    passwords = office.service.passwords
    hasher = passwords._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            checked.append(True)
            return hasher.verify(stored, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    office.adds_user("lan")
    passwords._hasher = Counting()  # type: ignore[assignment]  # a double
    for username in ("lan", "nobody"):
        refusal(office, username=username, password="sai mat khau roi")
    assert len(checked) == 2


def test_failures_are_delayed_longer_and_longer_without_locking_an_enrolled_device_out(
    office: Office,
) -> None:
    lan = office.hires("lan")
    for _ in range(6):
        assert refusal(office, password="doan thu mot cai")[1] == 401
    with pytest.raises(Refused) as caught:
        signs_in(office, password="doan thu mot cai")
    assert (caught.value.status, caught.value.retry_after) == (429, 2)
    assert signs_in(office, device=lan.who.device).device == lan.who.device
    office.clock.forward(seconds=2)
    assert refusal(office, password="doan thu mot cai")[1] == 401
    assert refusal(office, password="doan thu mot cai")[1] == 429
    office.clock.forward(minutes=15)
    assert signs_in(office, invitation=office.admin.invite("lan")).username == "lan"


def test_signing_in_again_replaces_the_token(office: Office) -> None:
    lan = office.hires("lan")
    again = signs_in(office, device=lan.who.device)
    assert again.device == lan.who.device and again.token != lan.who.token
    with pytest.raises(Refused) as caught:
        lan.pulls()
    assert (caught.value.code, caught.value.status) == ("server.sign_in_first", 401)
    assert Hand(office, again).pulls().head == 0


def test_nobody_signs_in_on_somebody_elses_device(office: Office) -> None:
    minh = office.hires("minh")
    office.adds_user("lan")
    assert refusal(office, device=minh.who.device)[1] == 403
    assert refusal(office)[1] == 403


def test_a_new_password_ends_every_session(office: Office) -> None:
    lan = office.hires("lan")
    office.admin.set_password("lan", "mot mat khau moi")
    with pytest.raises(Refused):
        lan.pulls()
    assert refusal(office, device=lan.who.device)[1] == 401
    assert signs_in(office, device=lan.who.device, password="mot mat khau moi").token


def test_a_revoked_device_reads_nothing_and_cannot_sign_in(office: Office) -> None:
    lan = office.hires("lan")
    office.admin.revoke_device(lan.who.device)
    for call in (lan.pulls, lambda: lan.pulls(ward="city"), lambda: greets(lan)):
        with pytest.raises(Refused) as caught:
            call()
        assert (caught.value.code, caught.value.status) == ("server.device_revoked", 403)
    assert refusal(office, device=lan.who.device)[0] == "server.device_revoked"


def greets(hand: Hand, incarnation: str = "i1") -> object:
    return hand.session.greet(Handshake(incarnation, "2026-11-23T01:00:00.000Z"))


def test_a_ward_is_read_by_those_with_a_grant_and_the_city_by_everyone(office: Office) -> None:
    lan = office.hires("lan")
    office.admin.add_ward("26962", date(2025, 7, 1), "Phường khác")
    assert lan.pulls(ward="city").head == 3
    refused = []
    for ward in ("26962.20250701", "99999.20250701", ""):
        with pytest.raises(Refused) as caught:
            lan.session.pull(Pull(ward, lan.who.epoch, 0))
        refused.append((caught.value.code, caught.value.status, caught.value.detail))
    assert refused == [("server.no_grant", 403, "")] * 3
    office.clock.forward(days=1)
    office.admin.revoke_grant("lan", WARD)
    with pytest.raises(Refused):
        lan.pulls()


def test_no_token_reads_nothing(office: Office) -> None:
    for token in (None, "", "made up"):
        with pytest.raises(Refused) as caught:
            office.service.for_token(token).pull(Pull("city", "", 0))
        assert caught.value.status == 401


def test_secrets_are_not_in_the_database(office: Office) -> None:
    lan = office.hires("lan")
    code = office.admin.invite("lan")
    with office.service.database.read() as connection:
        rows = [
            str(row)
            for table in ("token", "invitation", "user_account", "device")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    for secret in (lan.who.token, code, code.replace("-", ""), PASSWORD):
        assert not any(secret in row for row in rows)
    assert any("$argon2id$" in row for row in rows)


def test_the_administrator_is_told_what_is_wrong(office: Office) -> None:
    office.adds_user("lan")
    attempts = {
        "server.user_exists": lambda: office.adds_user("lan"),
        "server.ward_unknown": lambda: office.adds_user("minh", "clerk", "99999.20250701"),
        "server.role_unknown": lambda: office.adds_user("minh", "king"),
        "server.user_unknown": lambda: office.admin.invite("nobody"),
        "server.password_short": lambda: office.admin.set_password("lan", "short"),
        "server.device_unknown": lambda: office.admin.revoke_device("nothing"),
        "server.ward_code_invalid": lambda: office.admin.add_ward("x", date(2025, 7, 1), "?"),
        "server.book_invalid": lambda: office.admin.add_book("Q1", 9, 3, WARD),
        "server.held_unknown": lambda: office.admin.release("nothing"),
    }
    for code, attempt in attempts.items():
        with pytest.raises(UserMends) as caught:
            attempt()
        assert caught.value.code == code
    office.adds_user("minh", "clerk")
