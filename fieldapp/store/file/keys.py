"""The key of the laptop's file: random, wrapped by the password and the machine's keystore.

KEK = HKDF(Argon2id(password) ‖ keystore secret), where there is a keystore; the wrapped key stands
in `key.json` beside the file. Neither the disk without the password nor, with a keystore, the
password without the machine opens it. There is no PIN.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldapp import durable
from fieldapp.errors import SurroundingsMend, UserMends

KEY_BYTES = 32
ERASED = {"erased": True}
"""What `key.json` says where there is no key any more."""
_SERVICE = "fieldapp"


class Keystore(Protocol):
    """Keeps small secrets outside the profile folder (the operating system's keystore)."""

    def read(self, name: str) -> str | None:
        """The secret, or None where there is none or no keystore."""
        ...

    def write(self, name: str, secret: str) -> bool:
        """Keeps the secret; False where this machine has no keystore."""
        ...


class NoKeystore:
    """For machines without a keystore: the password alone protects the key."""

    def read(self, name: str) -> str | None:
        """Never has anything."""
        return None

    def write(self, name: str, secret: str) -> bool:
        """Keeps nothing."""
        return False


class OsKeystore:
    """The operating system's keystore through `keyring`; without a backend, like `NoKeystore`."""

    def read(self, name: str) -> str | None:
        """The secret, or None."""
        import keyring  # 150 ms: not on the way to the first window
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, name)
        except KeyringError:
            return None

    def write(self, name: str, secret: str) -> bool:
        """Keeps the secret and says whether it is there."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, name, secret)
        except KeyringError:
            return False
        return self.read(name) == secret


@dataclass(frozen=True)
class Cost:
    """What one guess of the password costs (Argon2id)."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True)
class WrappedKey:
    """What `key.json` holds: nothing in it opens anything without the password."""

    profile: str
    salt: str
    nonce: str
    sealed: str
    cost: Cost
    keystore: bool


def new_key() -> bytes:
    """A fresh random key for a file."""
    return secrets.token_bytes(KEY_BYTES)


def wrap(key: bytes, password: str, profile: str, keystore: Keystore, cost: Cost) -> WrappedKey:
    """Seals the key to the password and, where there is one, to this machine's keystore."""
    secret = secrets.token_hex(KEY_BYTES)
    kept = keystore.write(profile, secret)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    kek = _kek(password, salt, cost, secret if kept else "")
    sealed = AESGCM(kek).encrypt(nonce, key, profile.encode())
    return WrappedKey(profile, _b64(salt), _b64(nonce), _b64(sealed), cost, kept)


def unwrap(wrapped: WrappedKey, password: str, keystore: Keystore) -> bytes:
    """The key.

    Raises:
        UserMends: `store.wrong_password`.
        SurroundingsMend: `store.keystore_lost`: the machine's part of the key is gone;
            `store.damaged`: what `key.json` holds is not what `wrap` made.
    """
    secret = keystore.read(wrapped.profile) if wrapped.keystore else ""
    if secret is None:
        raise SurroundingsMend("store.keystore_lost")
    try:
        kek = _kek(password, _raw(wrapped.salt), wrapped.cost, secret)
        return AESGCM(kek).decrypt(
            _raw(wrapped.nonce), _raw(wrapped.sealed), wrapped.profile.encode()
        )
    except InvalidTag:
        raise UserMends("store.wrong_password", field="password") from None
    except (ValueError, TypeError, OverflowError, HashingError) as defect:
        raise SurroundingsMend("store.damaged", path="key.json") from defect


def save(wrapped: WrappedKey, path: Path) -> None:
    """Writes `key.json` whole or not at all."""
    durable.write_whole(path, json.dumps(asdict(wrapped), indent=1))


def erase(path: Path, profile: str, keystore: Keystore) -> None:
    """Overwrites `key.json` by a mark and takes the keystore's part away: nothing opens the file.

    Raises:
        OSError: the mark could not be written; the key is still there.
    """
    aside = durable.write_aside(path, json.dumps(ERASED))
    with path.open("r+b") as file:  # the old bytes too, as far as the disk lets us
        file.write(b" " * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    durable.move_into_place(aside, path)
    keystore.write(profile, "")


def was_erased(path: Path) -> bool:
    """Whether `erase` took this key away; True also where it was cut in between."""
    try:
        text = path.read_text("utf-8")
        return not text.strip() or json.loads(text) == ERASED
    except (OSError, ValueError):
        return False


def load(path: Path) -> WrappedKey:
    """Reads `key.json`.

    Raises:
        SurroundingsMend: `store.damaged`: it is unreadable or not what `save` wrote.
    """
    try:
        raw = json.loads(path.read_text("utf-8"))
        wrapped = WrappedKey(**(raw | {"cost": Cost(**raw["cost"])}))
        if not isinstance(wrapped.profile, str):
            raise TypeError("profile")
        return wrapped
    except (OSError, ValueError, KeyError, TypeError) as defect:
        raise SurroundingsMend("store.damaged", path=str(path)) from defect


def _kek(password: str, salt: bytes, cost: Cost, secret: str) -> bytes:
    typed = unicodedata.normalize("NFC", password)  # keyboards differ in how they make "ệ"
    stretched = hash_secret_raw(
        typed.encode(), salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID
    )
    material = stretched + secret.encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"fieldapp file key 1").derive(material)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
