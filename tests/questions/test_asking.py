"""A mistake in a question is told on its form, and nothing that was typed is lost."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from govapp.questions.rules import MOST_VOTERS
from tests import make


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"last_day": "1 ม.ค. 2580"}, "Voting must end after it begins."),
        ({"first_day": "1 ม.ค. 2569", "last_day": "2 ม.ค. 2569"}, "This moment is over."),
        (
            {"voters": "\n".join(f"{number}@example.org" for number in range(MOST_VOTERS + 1))},
            f"Enter at most {MOST_VOTERS} addresses.",
        ),
    ],
)
def test_a_mistake_in_a_question(
    client: FlaskClient, session: Session, typed: dict[str, str], words: str
) -> None:
    officer = make.officer(session, make.area(session))
    make.enter(client, session, officer)
    times = {"first_day": "1 ม.ค. 2580", "first_time": "9.00", "last_day": "2 ม.ค. 2580", "last_time": "9.00"}
    given = times | {"words": "คำถามสมมติ", "voters": "a@example.org", "objection_hours": "0"} | typed
    if "last_day" in typed and "first_day" not in typed:
        given["last_time"] = "8.00"
    answer = make.post(client, "/questions/new", **given)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page
    assert "คำถามสมมติ" in page
