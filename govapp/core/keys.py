"""Keys for one purpose each, made from the app's signing key, and the signed links they make."""

import hmac
from dataclasses import dataclass
from datetime import datetime

import jwt

from govapp.core import clock

ALGORITHM = "HS256"
CLAIMS = ["aud", "exp", "sub"]


def derive(secret: bytes, purpose: bytes) -> bytes:
    """32 bytes that tell nothing about the secret or other purposes. Source: RFC 5869, SHA-256, no salt."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")


@dataclass(frozen=True, repr=False)
class LinkSigner:
    """Makes and reads the tokens in links. A token names a row; without the key the row gives no token."""

    key: bytes

    @classmethod
    def of(cls, secret: str) -> "LinkSigner":
        return cls(derive(secret.encode(), b"govapp links"))

    def sign(self, purpose: str, subject: str, ends_at: datetime) -> str:
        return jwt.encode({"aud": purpose, "sub": subject, "exp": ends_at}, self.key, ALGORITHM)

    def read(self, purpose: str, token: str) -> str | None:
        """The subject of a token made for this purpose that has not ended, else None."""
        options: jwt.types.Options = {"require": CLAIMS, "verify_exp": False, "strict_aud": True}
        try:
            claims = jwt.decode(token, self.key, [ALGORITHM], options, audience=purpose)
        except jwt.InvalidTokenError:
            return None
        subject: str = claims["sub"]
        ends_at = claims["exp"]
        return subject if isinstance(ends_at, int) and ends_at > clock.now().timestamp() else None
