"""Fields nobody reads from a stolen disk or a copied table: sealed text, and how to find it.

What is sealed begins with one byte that names cipher and key, so that both can change while old
rows stay readable: the high bit says SM4 (GB/T 32907-2016) instead of AES-256, the other seven
are the number of the key. Then 12 bytes of nonce, the cipher text, and 16 bytes of GCM tag.

A sealed text looks different each time, so beside it stands its fingerprint, a keyed hash that is
equal for equal text. It changes with cipher and key: after a change of either,
``actions.seal_anew`` brings all rows to the present ones.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from guapeng.supervisor.secrets import instance_secret

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SHORTEST: Final = 1 + _NONCE_BYTES + _TAG_BYTES
_SM4_BIT: Final = 0x80
_KEY_NUMBERS: Final = range(1, _SM4_BIT)


class WrongKey(Exception):
    """The key at hand did not seal this, or it was changed since; nothing of it is readable."""

    def __init__(self) -> None:
        super().__init__(
            _("加密字段无法解开：密钥与数据不符，或数据已被改动。请核对数据目录 keys 下的密钥文件")
        )


@dataclass(frozen=True)
class _Suite:
    """A cipher with the hash of the same family."""

    cipher: type[algorithms.AES] | type[algorithms.SM4]
    key_bytes: int
    digest: type[hashes.HashAlgorithm]


_SUITES: Final = {
    "aes256": _Suite(algorithms.AES, 32, hashes.SHA256),
    "sm4": _Suite(algorithms.SM4, 16, hashes.SM3),
}


@dataclass(frozen=True)
class _Keys:
    """What one secret gives for one suite: keys that cannot be told from each other."""

    algorithm: CipherAlgorithm
    fingerprint: bytes


def seal(text: str) -> bytes:
    """Return ``text`` sealed with the present cipher and key, different each time."""
    version = present_version()
    nonce = os.urandom(_NONCE_BYTES)
    encryptor = Cipher(_keys(version).algorithm, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(version)
    body = encryptor.update(text.encode()) + encryptor.finalize()
    return version + nonce + body + encryptor.tag


def unseal(sealed: bytes) -> str:
    """Return the text of what ``seal`` returned, whatever cipher and key were the present ones.

    Raises:
        WrongKey: another instance's key sealed it, or a bit of it was changed.
    """
    if len(sealed) < _SHORTEST or (sealed[0] & ~_SM4_BIT) not in _KEY_NUMBERS:
        raise WrongKey
    version, nonce = sealed[:1], sealed[1 : 1 + _NONCE_BYTES]
    body, tag = sealed[1 + _NONCE_BYTES : -_TAG_BYTES], sealed[-_TAG_BYTES:]
    decryptor = Cipher(_keys(version).algorithm, modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(version)
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise WrongKey from error


def fingerprint(text: str) -> bytes:
    """Return the 32 bytes by which equal texts find each other, meaningless without the key.

    ``text`` is in the one form that ``plain.identity`` returns: ``13812341234``, not as typed.
    """
    version = present_version()
    mac = HMAC(_keys(version).fingerprint, _suite(version).digest())
    mac.update(text.encode())
    return mac.finalize()


def present_version() -> bytes:
    """Return the first byte of whatever is sealed now.

    Raises:
        ValueError: the settings name no cipher or key that there is.
    """
    if settings.FIELD_CIPHER not in _SUITES or settings.FIELD_KEY not in _KEY_NUMBERS:
        raise ValueError(_("加密设置有误：算法应为 aes256 或 sm4，密钥编号应为 1 至 127"))
    return bytes([settings.FIELD_KEY | (_SM4_BIT if settings.FIELD_CIPHER == "sm4" else 0)])


def _suite(version: bytes) -> _Suite:
    return _SUITES["sm4" if version[0] & _SM4_BIT else "aes256"]


def _keys(version: bytes) -> _Keys:
    number = version[0] & ~_SM4_BIT
    secret = instance_secret("fields" if number == 1 else f"fields_{number}")
    return _derived(_suite(version), secret)


@lru_cache(maxsize=8)
def _derived(suite: _Suite, secret: str) -> _Keys:
    return _Keys(
        algorithm=suite.cipher(_derive(suite, secret, b"guapeng seal", suite.key_bytes)),
        fingerprint=_derive(suite, secret, b"guapeng fingerprint", suite.digest().digest_size),
    )


def _derive(suite: _Suite, secret: str, use: bytes, length: int) -> bytes:
    return HKDF(suite.digest(), length, salt=None, info=use).derive(secret.encode())
