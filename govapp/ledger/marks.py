"""What people compare of a key or a file: short, in groups, the same on every sheet and screen."""

import hashlib

DIGITS, GROUP = 32, 4


def fingerprint(key: bytes) -> str:
    """The first half of the SHA-256 of a key, in eight groups of four."""
    return grouped(hashlib.sha256(key).hexdigest()[:DIGITS])


def grouped(digits: str) -> str:
    return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))
