from dataclasses import dataclass


@dataclass(frozen=True)
class QuestionAsked:
    question_id: int
    box_id: int


@dataclass(frozen=True)
class QuestionChanged:
    """Its words or its list of voters, before the box was opened."""

    question_id: int
    voters: int
