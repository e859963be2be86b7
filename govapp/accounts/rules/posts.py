"""A stand-in until posts are here: an administrator holds every post, and nobody else holds any."""

from typing import Any


def is_admin(actor: Any) -> bool:
    """A platform administrator who is signed in with staff powers (an anonymous visitor is nobody)."""
    return bool(getattr(actor, "is_admin", False)) and not getattr(actor, "powers_rest", False)


def is_staff(actor: Any) -> bool:
    """Whether they hold any post now, also where its powers rest in this sign-in."""
    return bool(getattr(actor, "is_admin", False))
