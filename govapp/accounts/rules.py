"""Who may do what. The next floors ask here."""

from typing import Any


def is_admin(actor: Any) -> bool:
    """A platform administrator who is signed in (an anonymous visitor is nobody)."""
    return bool(getattr(actor, "is_admin", False))
