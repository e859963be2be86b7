import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from govapp.accounts.models import User
from govapp.notifications import actions, queries
from govapp.notifications.models import Letter, LetterState
from tests import make, statements
from tests.forms import TOKEN, send
from tests.make import PASSWORD

EMAIL = "somchai@example.org"


@pytest.fixture
def somchai(session: Session) -> User:
    user = make.user(session, EMAIL, language="en")
    actions.write(session, user.id, "welcome")
    actions.write(session, user.id, "security", what="password-changed", path="/account")
    actions.write(session, user.id, "known")
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


@pytest.mark.parametrize(
    ("path", "questions"),
    [
        ("/accessibility", 1),  # the count of the masthead
        ("/inbox", 3),  # the same, how many there are, one page of them
        ("/inbox/preferences", 1),
    ],
)
def test_pages_ask_little_about_letters(
    client: FlaskClient, session: Session, somchai: User, path: str, questions: int
) -> None:
    enter(client)
    for more in (0, 30):
        for _ in range(more):
            actions.write(session, somchai.id, "security", what="password-changed", path="/account")
        session.commit()
        with statements.noted(session) as asked:
            body(client, path)
        assert len([statement for statement in asked if "FROM letters" in statement]) == questions


def test_the_count_goes_by_index(session: Session, somchai: User) -> None:
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SET LOCAL enable_seqscan = off"))  # a small table is read as a whole
    explain = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    query = select(func.count()).select_from(queries.unread_of(somchai.id).subquery())
    options = {"compile_kwargs": {"literal_binds": True}}
    words = str(query.compile(session.get_bind(), **options))  # type: ignore[arg-type]
    plan = " ".join(str(row) for row in session.execute(text(explain + words)))
    assert "ix_letters_inbox" in plan, plan


def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(
    client: FlaskClient, session: Session, somchai: User
) -> None:
    enter(client)
    page = body(client, "/inbox")
    told, welcome = sorted(map(int, re.findall(r"/inbox/(\d+)/open", page)), reverse=True)
    answer = send(client, "/inbox", to=f"/inbox/{told}/open")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    page = body(client, "/inbox")
    assert "<b>1</b>" in page
    assert '<a class="btn second small" href="/account">See it' in page
    assert send(client, "/inbox", to=f"/inbox/{welcome}/open").headers["Location"] == "/inbox"
    assert "unread" not in body(client, "/inbox")
    read_at = session.get(Letter, told).read_at  # type: ignore[union-attr]
    send(client, "/inbox", to=f"/inbox/{told}/open")
    session.expire_all()
    assert session.get(Letter, told).read_at == read_at  # type: ignore[union-attr]


def test_nobody_opens_the_notice_of_another_or_one_that_is_not_shown(
    client: FlaskClient, session: Session, somchai: User
) -> None:
    other = make.user(session, "malee@example.org", password_hash="x")
    actions.write(session, other.id, "welcome")
    session.commit()
    enter(client)
    foreign, known = (
        session.scalars(select(Letter.id).where(wanted)).one()
        for wanted in (Letter.user_id == other.id, Letter.template == "known")
    )
    for letter_id in (foreign, known, 999999):
        assert send(client, "/inbox", to=f"/inbox/{letter_id}/open").status_code == 404
    assert session.scalars(select(Letter).where(Letter.read_at.is_not(None))).all() == []
    assert client.get(f"/inbox/{foreign}/open").status_code == 405, "looking never writes"


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x"]
)
def test_a_notice_leads_nowhere_else(session: Session, somchai: User, path: str) -> None:
    with pytest.raises(IntegrityError, match="path_is_local"):
        actions.write(session, somchai.id, "welcome", path=path)


@pytest.mark.parametrize("path", ["", "/", "/rounds/2?q=//x"])
def test_a_notice_leads_to_a_page_of_this_site(session: Session, somchai: User, path: str) -> None:
    actions.write(session, somchai.id, "welcome", path=path)


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
    assert "5 letters" in everything, "two are the administrator's own: the post, the second factor"
    assert EMAIL not in everything
    assert "s…@example.org" in everything
    dead = body(client, "/staff/letters?state=dead")
    assert "1 letter<" in dead
    assert "550 &lt;no&gt;" in dead
    assert "5 letters" in body(client, "/staff/letters?state=nonsense")
    for state in ("sent", "kept", "for-digest"):
        assert "No letters here" in body(client, f"/staff/letters?state={state}")
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
    assert body(client, "/inbox").count('<h2 class="h3like">Welcome to govapp') == 20
    assert body(client, "/inbox?page=2").count('<h2 class="h3like">Welcome to govapp') == 1
    assert client.get("/inbox?page=999").status_code == 200


def test_a_form_without_a_token_is_refused(client: FlaskClient, somchai: User) -> None:
    enter(client)
    assert TOKEN.search(body(client, "/inbox"))
    assert client.post("/inbox/read").status_code == 403
