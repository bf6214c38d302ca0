"""Masks, keyed hashes and the log filter that keeps personal values out of what people read."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
from pathlib import Path

from pipeline.errors import HomeError
from pipeline.values.titled_names import titled_names

KEY_BYTES = 32
_LONG_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){8,}(?!\d)")
# As people type numbers into the names of files. Shorter runs are dates and rounds.
_TYPED_DIGITS = re.compile("(?<![0-9๐-๙])[0-9๐-๙](?:[ .-]?[0-9๐-๙]){8,}")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_THAI_RUN = re.compile(r"[\u0e00-\u0e7f]{2,}")


def mask_national_id(national_id: str) -> str:
    """Mask a 13-digit ID for people: ``1-3001-xxxxx-xx-x``; anything else is masked whole."""
    if len(national_id) == 13 and national_id.isdigit():
        return f"{national_id[0]}-{national_id[1:5]}-xxxxx-xx-x"
    return "x" * len(national_id)


def mask_label(text: str) -> str:
    """The name of a file, folder or sheet without the person in it, for the eyes of whoever has to find it.

    A name behind a title gives way to ``…``, an ID to its mask, another number of nine digits or more to its first
    four. The rest stays, so that the file can be found.
    """
    for start, end in reversed(list(titled_names(text))):
        text = f"{text[:start]}…{text[end:]}"
    return _TYPED_DIGITS.sub(lambda found: _mask_digits(found.group()), text)


def _mask_digits(typed: str) -> str:
    digits = re.sub("[ .-]", "", typed.translate(_THAI_DIGITS))
    return mask_national_id(digits) if len(digits) == 13 else digits[:4] + "x" * (len(digits) - 4)


def keyed_hash(key: bytes, *parts: str, length: int = 16) -> str:
    """HMAC-SHA256 of the parts, as ``length`` hex digits (4 bits each).

    The parts are joined by a unit separator, so that ("ab", "c") and ("a", "bc") differ.
    """
    message = "\x1f".join(parts).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:length]


def derive_key(key: bytes, purpose: str) -> bytes:
    """A key of its own for a purpose, such as ``agency:health``; one cannot be computed from another."""
    return hmac.new(key, b"khrua\x1f" + purpose.encode(), hashlib.sha256).digest()


def load_key(home: Path, key_file: Path | None) -> tuple[bytes, bool]:
    """The secret key of this home.

    Args:
        home: The home folder; the key stands in ``identity/key`` unless ``key_file`` is given.
        key_file: A file with at least 32 bytes of secret, kept by the officer.

    Returns:
        The key, and whether it was made just now (the caller warns: without it nothing can be joined again).

    Raises:
        HomeError: The key file is missing or too short.
    """
    if key_file is not None:
        if not key_file.is_file() or len(secret := key_file.read_bytes().strip()) < KEY_BYTES:
            raise HomeError(
                "The key file named by KHRUA_KEY_FILE is missing or shorter than 32 bytes; put the right file there.",
                "ไม่พบไฟล์กุญแจตาม KHRUA_KEY_FILE หรือไฟล์สั้นกว่า 32 ไบต์ โปรดวางไฟล์กุญแจที่ถูกต้อง",
            )
        return secret, False
    path = home / "identity" / "key"
    if path.is_file():
        return path.read_bytes().strip(), False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_hex(KEY_BYTES).encode()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    return secret, True


def redact(text: str) -> str:
    """Replace long runs of digits and Thai words in a technical message, so that no value is shown."""
    return _THAI_RUN.sub("…", _LONG_DIGITS.sub("…", text))


class RedactingFilter(logging.Filter):
    """Redacts every log record of libraries: their messages may quote row content."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; it always passes."""
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info:
            kind = record.exc_info[0]
            record.msg += f" [{kind.__name__ if kind else 'error'}]"
            record.exc_info = None
            record.exc_text = None
        return True
