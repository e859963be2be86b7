from dataclasses import dataclass


@dataclass(frozen=True)
class AdminCreated:
    """An administrator's account was made, or its password set anew, on the server."""

    user_id: int


@dataclass(frozen=True)
class SignedIn:
    user_id: int


@dataclass(frozen=True)
class SignedOut:
    user_id: int
