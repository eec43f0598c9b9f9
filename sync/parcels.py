"""Parcels: a laptop's outbox as a file for where no network comes, and the server's reply to it.

A parcel is encrypted to the server and signed by the device, so that any colleague may carry it and
nobody on the way reads or changes it. Any order, twice, late: what it holds is a push like any
other. The reply is signed by the server, bound to epoch and device, and names no person.

    parcel = MAGIC, key id (8), ephemeral key (32), AES-256-GCM(signature (64), gzip(body))
    reply  = REPLY_MAGIC, signature (64), gzip(body)

The encryption key is HKDF-SHA256 over the X25519 secret of the ephemeral and the server's key and
is used once. Signatures are Ed25519, over the magic, both X25519 keys and the SHA-256 of the body.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldapp.errors import SurroundingsMend, UserMends
from sync.protocol import BODY_LIMIT, Answers, BrokenBody, ParcelKeys, Push, pack, unpack

MAGIC = b"fieldapp parcel 1\n"
REPLY_MAGIC = b"fieldapp reply 1\n"
SUFFIX, REPLY_SUFFIX = ".goi", ".traloi"
LARGEST_FILE = 12_000_000
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_KEY_ID = 8
_NONCE = bytes(12)
"""Each key encrypts one parcel, so that one nonce will do."""


@dataclass(frozen=True)
class Parcel:
    """What a device had to send when it wrote the parcel: batches, in the order to push them."""

    device: str
    epoch: str
    made_at: str
    pushes: tuple[Push, ...]


@dataclass(frozen=True)
class Reply:
    """What became of a parcel's batches: answers like those of a push."""

    device: str
    epoch: str
    made_at: str
    answers: tuple[Answers, ...]


@dataclass(frozen=True)
class ServerSecrets:
    """The server's private keys, 32 bytes each."""

    open: bytes
    sign: bytes

    @cached_property
    def public(self) -> ParcelKeys:
        """What laptops are told, in every greeting."""
        opened = X25519PrivateKey.from_private_bytes(self.open).public_key()
        signed = Ed25519PrivateKey.from_private_bytes(self.sign).public_key()
        return ParcelKeys(opened.public_bytes_raw().hex(), signed.public_bytes_raw().hex())


@cache
def server_secrets(key: bytes) -> ServerSecrets:
    """The keys that a server derives from the one that it keeps outside its database."""
    return ServerSecrets(_derived(key, b"fieldapp parcel open"), _derived(key, b"fieldapp reply"))


def verify_key(sign_key: bytes) -> str:
    """The public half of a device's signing key, hex: what the server is told of it."""
    return Ed25519PrivateKey.from_private_bytes(sign_key).public_key().public_bytes_raw().hex()


def close_parcel(
    parcel: Parcel, sign_key: bytes, to: ParcelKeys, random_bytes: Callable[[int], bytes]
) -> bytes:
    """The bytes of a parcel, for the server with these keys.

    Raises:
        UserMends: `parcel.no_key`: this laptop has not heard of the server's keys yet.
    """
    try:
        server = X25519PublicKey.from_public_bytes(bytes.fromhex(to.seal))
    except ValueError as defect:
        raise UserMends("parcel.no_key") from defect
    once = X25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))
    keys = once.public_key().public_bytes_raw() + server.public_bytes_raw()
    body = gzip.compress(pack(parcel), mtime=0)
    signature = Ed25519PrivateKey.from_private_bytes(sign_key).sign(_said(MAGIC, keys, body))
    sealed = AESGCM(_secret(once.exchange(server), keys)).encrypt(_NONCE, signature + body, MAGIC)
    return MAGIC + _key_id(server.public_bytes_raw()) + keys[:KEY_BYTES] + sealed


def open_parcel(
    raw: bytes, secrets: ServerSecrets, verify_key_of: Callable[[str], str | None]
) -> Parcel:
    """The parcel in these bytes. `verify_key_of`: a device's public key; None: not known.

    Raises:
        UserMends: `parcel.not_a_parcel`, `parcel.for_another_server`, `parcel.damaged`,
            `parcel.unknown_device`, `parcel.forged`. Nothing of it may be taken.
    """
    if kind_of(raw) != "parcel":
        raise UserMends("parcel.not_a_parcel")
    own = X25519PrivateKey.from_private_bytes(secrets.open)
    public = own.public_key().public_bytes_raw()
    rest = raw[len(MAGIC) :]
    key_id, once, sealed = rest[:_KEY_ID], rest[_KEY_ID:][:KEY_BYTES], rest[_KEY_ID + KEY_BYTES :]
    if key_id != _key_id(public):
        raise UserMends("parcel.for_another_server")
    keys = once + public
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(once))
        plain = AESGCM(_secret(shared, keys)).decrypt(_NONCE, sealed, MAGIC)
        signature, body = plain[:SIGNATURE_BYTES], plain[SIGNATURE_BYTES:]
        parcel = unpack(Parcel, _unpacked(body))
    except (InvalidTag, ValueError) as defect:  # BrokenBody is one
        raise UserMends("parcel.damaged") from defect
    known = verify_key_of(parcel.device)
    if known is None:
        raise UserMends("parcel.unknown_device", device=parcel.device)
    if not _signed(known, signature, _said(MAGIC, keys, body)):
        raise UserMends("parcel.forged", device=parcel.device)
    return parcel


def close_reply(reply: Reply, secrets: ServerSecrets) -> bytes:
    """The bytes of a reply."""
    body = gzip.compress(pack(reply), mtime=0)
    key = Ed25519PrivateKey.from_private_bytes(secrets.sign)
    return REPLY_MAGIC + key.sign(_said(REPLY_MAGIC, b"", body)) + body


def open_reply(raw: bytes, by: ParcelKeys) -> Reply:
    """The reply in these bytes, if the server with these keys wrote it.

    Raises:
        UserMends: `parcel.not_a_reply`, `parcel.forged_reply`, `parcel.damaged`.
    """
    if kind_of(raw) != "reply":
        raise UserMends("parcel.not_a_reply")
    rest = raw[len(REPLY_MAGIC) :]
    signature, body = rest[:SIGNATURE_BYTES], rest[SIGNATURE_BYTES:]
    if not _signed(by.verify, signature, _said(REPLY_MAGIC, b"", body)):
        raise UserMends("parcel.forged_reply")
    try:
        return unpack(Reply, _unpacked(body))
    except BrokenBody as defect:
        raise UserMends("parcel.damaged") from defect


def kind_of(raw: bytes) -> str | None:
    """`parcel`, `reply`, or None for a file that is neither."""
    if raw.startswith(MAGIC):
        return "parcel"
    return "reply" if raw.startswith(REPLY_MAGIC) else None


def read_file(path: Path) -> bytes:
    """A parcel's or a reply's bytes.

    Raises:
        SurroundingsMend: `parcel.not_read`.
        UserMends: `parcel.not_a_parcel`: no parcel is that large.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as defect:
        raise SurroundingsMend("parcel.not_read", path=str(path)) from defect
    if len(raw) > LARGEST_FILE:
        raise UserMends("parcel.not_a_parcel")
    return raw


def _said(magic: bytes, keys: bytes, body: bytes) -> bytes:
    return magic + keys + hashlib.sha256(body).digest()


def _signed(key: str, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _secret(shared: bytes, keys: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=MAGIC + keys).derive(shared)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)


def _key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:_KEY_ID]


def _unpacked(body: bytes) -> bytes:
    """Unpacks under a cap. Raises BrokenBody for what is cut, too much, or no gzip."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(body, BODY_LIMIT)
    except zlib.error as defect:
        raise BrokenBody(str(defect)) from defect
    if not unpacker.eof or unpacker.unused_data:
        raise BrokenBody("cut, or too much")
    return whole
