from dataclasses import dataclass


@dataclass(frozen=True)
class GrantProposed:
    """A post was given to a person, by the first of two people."""

    grant_id: int
    post_id: int
    user_id: int


@dataclass(frozen=True)
class GrantConfirmed:
    """The second of two people agreed, or the server itself gave it."""

    grant_id: int
    post_id: int
    user_id: int


@dataclass(frozen=True)
class GrantRefused:
    grant_id: int
    post_id: int
    user_id: int


@dataclass(frozen=True)
class GrantEnded:
    """Before its time; grants that end by the clock leave no event."""

    grant_id: int
    post_id: int
    user_id: int


@dataclass(frozen=True)
class DutyAdded:
    duty_id: int
    post_id: int


@dataclass(frozen=True)
class DutyDone:
    duty_id: int
    post_id: int


@dataclass(frozen=True)
class PostHandedOver:
    """The holder of a post left it, with what was open, to a successor who is still to be confirmed."""

    handover_id: int
    post_id: int
    grant_id: int
    matters: int


@dataclass(frozen=True)
class HandoverReceived:
    handover_id: int
    post_id: int
