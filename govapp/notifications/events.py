from dataclasses import dataclass


@dataclass(frozen=True)
class LetterTriedAgain:
    """An administrator put a letter back in line."""

    letter_id: int
