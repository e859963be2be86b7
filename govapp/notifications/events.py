from dataclasses import dataclass


@dataclass(frozen=True)
class LetterTriedAgain:
    """An administrator put a letter back in line."""

    letter_id: int


@dataclass(frozen=True)
class NoticesChosen:
    """How letters to a person come from now on, topic -> delivery, for the topics that changed.

    Nobody acted where it was done by the link in a letter, without signing in.
    """

    user_id: int
    chosen: dict[str, str]
