import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.notifications import actions
from govapp.notifications.models import Letter, LetterState
from tests import make
from tests.forms import TOKEN, send
from tests.make import PASSWORD

EMAIL = "somchai@example.org"


@pytest.fixture
def somchai(session: Session) -> User:
    user = make.user(session, EMAIL, language="en")
    for template in ("welcome", "password_changed", "known"):
        actions.write(session, user.id, template)
    session.commit()
    return user


def enter(client: FlaskClient, email: str = EMAIL) -> None:
    assert send(client, "/sign-in", email=email, password=PASSWORD).status_code == 303


def body(client: FlaskClient, path: str) -> str:
    return str(client.get(path).get_data(as_text=True))


def test_the_inbox_shows_what_is_no_secret(client: FlaskClient, somchai: User) -> None:
    enter(client)
    page = body(client, "/inbox")
    assert "Welcome to govapp" in page
    assert "Your password was changed" in page
    assert "You have an account already" not in page
    assert "answers to it are not read" not in page, "the foot is for mail"


def test_the_masthead_counts_what_was_not_read(client: FlaskClient, somchai: User) -> None:
    assert "unread" not in body(client, "/"), "a stranger has no inbox"
    enter(client)
    assert '<b>2</b><span class="sr"> unread' in body(client, "/")
    assert send(client, "/inbox", to="/inbox/read").status_code == 303
    assert "unread" not in body(client, "/")
    assert "Mark all as read" not in body(client, "/inbox")


def test_reading_marks_nothing_of_others(client: FlaskClient, session: Session, somchai: User) -> None:
    other = make.user(session, "malee@example.org", language="en")
    actions.write(session, other.id, "welcome")
    session.commit()
    enter(client, "malee@example.org")
    assert "<b>1</b>" in body(client, "/inbox")
    send(client, "/inbox", to="/inbox/read")
    enter(client)
    assert "<b>2</b>" in body(client, "/")


def test_the_count_is_one_query_by_index(client: FlaskClient, session: Session, somchai: User) -> None:
    enter(client)
    asked: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    body(client, "/accessibility")
    assert len([statement for statement in asked if "letters" in statement]) == 1


def test_letters_are_for_administrators(client: FlaskClient, session: Session, somchai: User) -> None:
    assert client.get("/staff/letters").status_code == 303
    enter(client)
    assert client.get("/staff/letters").status_code == 403
    letter_id = session.query(Letter.id).first()[0]
    assert send(client, "/inbox", to=f"/staff/letters/{letter_id}/again").status_code == 403
    assert "All letters" not in body(client, "/inbox")


def test_an_administrator_sees_filters_and_tries_again(
    client: FlaskClient, session: Session, somchai: User
) -> None:
    session.execute(
        update(Letter).where(Letter.template == "known").values(state=LetterState.DEAD, error="550 <no>")
    )
    session.commit()
    make.enter(client, session, make.admin(session))
    everything = body(client, "/staff/letters")
    assert "3 letters" in everything
    assert EMAIL not in everything
    assert "s…@example.org" in everything
    dead = body(client, "/staff/letters?state=dead")
    assert "1 letter<" in dead
    assert "550 &lt;no&gt;" in dead
    assert "3 letters" in body(client, "/staff/letters?state=nonsense")
    assert "No letters here" in body(client, "/staff/letters?state=sent")
    letter_id = session.query(Letter.id).filter_by(template="known").one()[0]
    answer = send(client, "/staff/letters", to=f"/staff/letters/{letter_id}/again?state=dead")
    assert answer.headers["Location"] == "/staff/letters?state=dead"
    assert "No letters here" in body(client, "/staff/letters?state=dead")
    assert send(client, "/staff/letters", to="/staff/letters/999999/again").status_code == 404


def test_lists_have_pages(client: FlaskClient, session: Session, somchai: User) -> None:
    for _ in range(20):
        actions.write(session, somchai.id, "welcome")
    session.commit()
    enter(client)
    assert body(client, "/inbox").count("Welcome to govapp") == 20
    assert body(client, "/inbox?page=2").count("Welcome to govapp") == 1
    assert client.get("/inbox?page=999").status_code == 200


def test_a_form_without_a_token_is_refused(client: FlaskClient, somchai: User) -> None:
    enter(client)
    assert TOKEN.search(body(client, "/inbox"))
    assert client.post("/inbox/read").status_code == 403
