"""What happens to machines, clocks and rights, apart from what networks and disks do.

Each takes the play, the laptop that it happens to, and the step's randomness.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from fieldapp.model.changesets import canonical
from fieldapp.store.work import Intent
from fieldapp.usecases.households.erasing import erase_person
from sync.protocol import Offer, OfferedEntry, Push
from tests.simulation import town
from tests.simulation.machines import Copy, Laptop
from tests.simulation.memory import must, sight_of
from tests.support.histories import NothingToDo

_SPANS = (timedelta(seconds=30), timedelta(minutes=10), timedelta(days=1), timedelta(days=1100))
JUMPS = tuple(way * span for span in _SPANS for way in (-1, 1))


def clock_jumps(play: Any, laptop: Laptop, random: Random) -> None:
    """The laptop's clock is set, or its battery ran empty."""
    laptop.clock.skew += random.choice(JUMPS)
    laptop.clock_moved = True


def restarts(play: Any, laptop: Laptop, random: Random) -> None:
    """The program is closed and started again."""
    laptop.start()


def password_changes(play: Any, laptop: Laptop, random: Random) -> None:
    """The user's sessions end: every device of hers must sign in again."""
    if play.memory.landed["laptop_cloned"]:  # two files of one device would sign each other out
        raise NothingToDo
    play.world.server.admin.set_password(laptop.user, town.PASSWORD)


def device_revoked(play: Any, laptop: Laptop, random: Random) -> None:
    """The laptop was stolen, or was thought to be. One at least stays."""
    device = json.loads(laptop.meta("device"))
    same = [one for one in play.world.laptops if json.loads(one.meta("device")) == device]
    living = [one for one in play.world.laptops if not one.revoked and one not in same]
    if not living or laptop.revoked:
        raise NothingToDo
    play.world.server.admin.revoke_device(device)
    for one in same:  # clones of its file are the same device
        one.revoked = True


def grant_taken(play: Any, laptop: Laptop, random: Random) -> None:
    """A right in a ward ends."""
    admin = play.world.server.admin
    if not admin.revoke_grant(laptop.user, random.choice(town.WARDS)):
        raise NothingToDo


def grant_given(play: Any, laptop: Laptop, random: Random) -> None:
    """A right in a ward is given, again or for the first time."""
    role = random.choice(("canvasser", "clerk"))
    play.world.server.admin.grant(laptop.user, random.choice(town.WARDS), role)


def role_changes(play: Any, laptop: Laptop, random: Random) -> None:
    """A right in a ward becomes another one."""
    admin, ward = play.world.server.admin, random.choice(town.WARDS)
    if not admin.revoke_grant(laptop.user, ward):
        raise NothingToDo
    admin.grant(laptop.user, ward, random.choice(("canvasser", "clerk", "supervisor")))


def newer_program(play: Any, laptop: Laptop, random: Random) -> None:
    """A newer version of the program sets a field that nobody else knows."""
    found = laptop.disk.ask("SELECT ward, id FROM person ORDER BY id")
    if not found:
        raise NothingToDo
    ward, person = random.choice(found[:4])
    with laptop.store.work(Intent("person.edit", ward)) as work:
        key = ("person", person)
        old, new = work.shown(key).get("nickname"), random.choice(("Tí", "Tèo", "Bé"))
        if old != new:
            work.note("edit", key, {"nickname": (old, new)})


def forged(play: Any, laptop: Laptop, random: Random) -> None:
    """Somebody with this laptop's token hands in what is not, or not so, hers: it is held."""
    token = json.loads(laptop.meta("token"))
    known = "SELECT content FROM journal WHERE state != 'unsent' AND length(content) ORDER BY rowid"
    own = laptop.disk.ask(known)
    if not own:
        raise NothingToDo
    wire = json.loads(random.choice(own)[0])
    wire.pop("!erased", None)  # with the hash of what was there once it would be that, and no news
    changed = random.choice(("salt", "author", "device", "type", "offer"))
    if changed == "offer":
        _offers_what_never_was(play, laptop, wire, random)
        return
    if changed == "type":
        wire |= {"id": laptop.ids.new(), "on": [], "v": 2}
        wire["changes"] = [{"kind": "create", "type": "drone", "id": "d", "values": {"a": 1}}]
    else:
        wire[changed] = "somebody else"
    known = "SELECT 1 FROM known_changeset WHERE id = ?"
    if changed == "salt" and not play.world.server.disk.ask(known, wire["id"]):
        raise NothingToDo  # a server that was put back can't tell
    session = play.world.server.service.for_token(token)
    content = canonical(wire).decode()
    answers = session.push(Push(wire["ward"], (content,))).answers
    must(answers[0].status == "held", "what is forged is held", (changed, answers[0]))


def _offers_what_never_was(play: Any, laptop: Laptop, wire: Any, random: Random) -> None:
    """An entry that no life of the server ever had, offered as one of a lost line."""
    wire |= {"id": laptop.ids.new(), "author": "somebody else"}
    seal, chain = random.randbytes(16).hex(), random.randbytes(32).hex()
    outcome = canonical({"status": "applied", "salt": "1"}).decode()
    epoch = json.loads(laptop.meta("epoch"))
    entry = OfferedEntry(epoch, 2, chain, canonical(wire).decode(), outcome, seal)
    session = play.world.server.service.for_token(json.loads(laptop.meta("token")))
    answers = session.offer(Offer(wire["ward"], (entry,))).answers
    must(answers[0].status == "held", "what is forged is held", ("offer", answers[0]))


def another_laptop(play: Any, laptop: Laptop, random: Random) -> None:
    """The user gets one more laptop, with nothing on it."""
    if len(play.world.laptops) > 6:
        raise NothingToDo
    start = town.town()
    more = town.one_more(play.world.clock, start.empty)
    more.random.seed(random.getrandbits(64))
    town.sign_in(play.world.server, more, start.empty, laptop.user)
    more.name = f"{laptop.user} {len(play.world.laptops)}"
    play.world.laptops.append(more)


def file_put_back(play: Any, laptop: Laptop, random: Random) -> None:
    """The laptop's file is copied, or an older copy is put in its place."""
    if not laptop.copies or random.random() < 0.5:
        laptop.copies.append(Copy(laptop.disk.copy(), laptop.marks.kept, tuple(laptop.saved)))
        del laptop.copies[:-3]
        raise NothingToDo
    copy = random.choice(laptop.copies)
    play.memory.lost_with_a_disk |= set(laptop.saved) - set(copy.saved)
    laptop.disk.put_back(copy.file)
    laptop.start()
    laptop.saved = list(copy.saved)
    laptop.logged.clear()
    laptop.clock_moved = True


def server_put_back(play: Any, laptop: Laptop, random: Random) -> None:
    """The server is restored from a backup, as its operator does it."""
    _put_back(play, random, silently=False)


def server_put_back_silently(play: Any, laptop: Laptop, random: Random) -> None:
    """The machine of the server is put back to an older image, and nobody says so."""
    _put_back(play, random, silently=True)


def _put_back(play: Any, random: Random, *, silently: bool) -> None:
    """The server's database is copied, or an older copy is put in its place."""
    if not play.server_copies or random.random() < 0.4:
        play.copy_server()
        raise NothingToDo
    play.put_server_back(random.choice(play.server_copies), silently=silently)


def server_backed_up(play: Any, laptop: Laptop, random: Random) -> None:
    """A backup is made. What is older would not be restored any more, but for the one before."""
    if play.world.server.stopped:
        raise NothingToDo
    play.back_up(keep=random.choice((1, 2)))


def operator_looks(play: Any, laptop: Laptop, random: Random) -> None:
    """A server that stopped, and devices that were cloned, are looked at."""
    if not play.look():
        raise NothingToDo


def laptop_cloned(play: Any, laptop: Laptop, random: Random) -> None:
    """The laptop's disk is copied to another machine, and both are used."""
    if len(play.world.laptops) > 6 or play.memory.landed["password_changes"]:
        raise NothingToDo
    more = town.one_more(play.world.clock, laptop.disk.copy())
    more.random.seed(random.getrandbits(64))
    more.marks.kept = laptop.marks.kept
    more.saved, more.user = list(laptop.saved), laptop.user
    more.name = f"{laptop.user} {len(play.world.laptops)}"
    more.clock.skew, more.clock_moved = laptop.clock.skew, True
    more.revoked, more.silenced = laptop.revoked, laptop.silenced
    play.memory.cloned(laptop, more)
    play.world.laptops.append(more)


def late_arrives(play: Any, laptop: Laptop, random: Random) -> None:
    """Requests that were long on their way reach the server."""
    if not play.network.late:
        raise NothingToDo
    play.network.deliver_late()


def another_program(play: Any, laptop: Laptop, random: Random) -> None:
    """The server's program is put back to an older version, or becomes the newer one again."""
    play.world.server.older = not play.world.server.older


def person_erased(play: Any, laptop: Laptop, random: Random) -> None:
    """A supervisor erases somebody at that person's request: this one, or another one."""
    able = [one for one in play.world.laptops if _is_supervisor(one)]
    if not able:
        raise NothingToDo
    laptop = laptop if laptop in able else random.choice(able)
    sight = sight_of(laptop)
    known = laptop.disk.ask("SELECT ward, id FROM person ORDER BY id")
    if not known:
        raise NothingToDo
    ward, person = random.choice(known[:4] if random.random() < 0.5 else known)
    erase_person(laptop.store, ward, person)
    play.after(laptop, sight)


def _is_supervisor(laptop: Laptop) -> bool:
    grants = json.loads(laptop.meta("grants") or "[]")
    return any(grant["role"] == "supervisor" for grant in grants)


_FATES = (
    *(clock_jumps, restarts, password_changes, device_revoked, grant_taken, grant_given),
    *(role_changes, newer_program, forged, another_laptop, file_put_back, late_arrives),
    *(server_put_back, server_put_back_silently, operator_looks, laptop_cloned, person_erased),
    *(another_program, server_backed_up),
)
FATE_OF: dict[str, Callable[[Any, Laptop, Random], None]] = {f.__name__: f for f in _FATES}
