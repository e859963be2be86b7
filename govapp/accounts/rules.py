"""Who may do what. The next floors ask here."""

from ipaddress import ip_address, ip_network
from typing import Any

TRIES_PER_ACCOUNT = 5  # sign-ins a minute
TRIES_PER_ADDRESS = 20


def is_admin(actor: Any) -> bool:
    """A platform administrator who is signed in (an anonymous visitor is nobody)."""
    return bool(getattr(actor, "is_admin", False))


def account(email: str) -> str:
    """What tries at an account are counted under, be there such an account or not."""
    return f"sign-in account {email.strip().lower()}"


def sign_in_limits(email: str, address: str) -> dict[str, int]:
    """How often a minute signing in may be tried for this account, and from this address."""
    return {account(email): TRIES_PER_ACCOUNT, f"sign-in address {_network(address)}": TRIES_PER_ADDRESS}


def _network(address: str) -> str:
    """The address; of IPv6 its /64, which belongs to one subscriber as a whole."""
    try:
        found = ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    if found.version == 4 or found.ipv4_mapped:
        return str(found)
    return str(ip_network((found, 64), strict=False))
