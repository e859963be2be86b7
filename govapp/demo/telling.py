"""The chapter of the people: who they are, and two months in which they gave each other posts and worked.

Everything is done by the deeds of a real site, at the hour at which it happened, in order.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from functools import partial

from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import consents, handover, posts, register, second_factor, sign_in
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.actions.posts import Terms
from govapp.accounts.actions.register import Entry
from govapp.accounts.events.people import AddressVerified
from govapp.accounts.models import User, WebSession
from govapp.accounts.models.posts import Duty, Post, Role
from govapp.accounts.queries import people as accounts
from govapp.accounts.queries import posts as queries
from govapp.accounts.rules.people import notice_version
from govapp.areas.models import Area
from govapp.areas.queries import by_code
from govapp.core import cipher, clock, dates
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.names import Name
from govapp.demo.people import (
    ADMINISTRATORS,
    BY_KEY,
    ENTERED,
    HAVE_READ,
    LEFT_TO_SUCCESSOR,
    PEOPLE,
    STAFF,
    SUCCESSION,
    TASKS,
    TERMS,
    UNDELIVERED,
    Entered,
    Person,
    Task,
    Term,
)
from govapp.demo.places import COUNTRY, MUNICIPALITY, Place
from govapp.notifications import actions as letters
from govapp.notifications.models import Letter
from govapp.notifications.queries import to_send

BEGINS, READ, HANDED_OVER = -60, -2, SUCCESSION.given  # days from today; notices are kept for 90
OFFICE_OPENS = time(9, 30)
MOST_LETTERS = 1000
BOUNCED = "550 5.1.1 no such mailbox (invented)"


def tell(session: Session, signing_key: str) -> int:
    """Write the people and their two months down, up to yesterday; returns how many people.

    The provinces and the invented places must be there.
    """
    deeds = sorted(_deeds(session, signing_key), key=lambda deed: deed[0])
    today = dates.local_day(clock.now())
    for day, deed in deeds:
        with _on(session, today + timedelta(days=day)):
            deed()
    return len(PEOPLE)


def _deeds(session: Session, signing_key: str) -> Iterator[tuple[int, Callable[[], None]]]:
    """Day, counted from today, and deed."""
    factor_key = cipher.key_for("accounts/second-factor", signing_key)
    yield BEGINS, partial(_open_accounts, session, factor_key)
    for entered in ENTERED:
        yield entered.on, partial(_enter, session, entered, Keys.of(signing_key))
    for term in TERMS:
        yield term.given, partial(_give, session, term)
        if term.confirmed_by:
            yield term.given + 1, partial(_confirm, session, term)
    for task in TASKS:
        yield task.written, partial(_write_down, session, task)
        if task.done is not None:
            yield task.done, partial(_finish, session, task)
    yield READ, partial(_read, session)
    yield HANDED_OVER, partial(_hand_over, session)


@contextmanager
def _on(session: Session, day: date) -> Iterator[None]:
    """What is done in here happens on that day, and the letters that tell of it leave at once."""
    with clock.stopped(dates.from_local(day, OFFICE_OPENS)):
        yield
        session.flush()
        for letter_id in to_send(session, MOST_LETTERS):
            letter = fetch(session, Letter, letter_id)
            if letter.user_id == _user(session, UNDELIVERED).id:
                letters.note_failed(session, letter_id, BOUNCED, for_good=True)
            else:
                letters.note_sent(session, letter_id)


def _open_accounts(session: Session, key: bytes) -> None:
    password_hash = sign_in.hash_password(secrets.token_urlsafe(32))  # nobody knows it: one tap is the way in
    for person in filter(lambda person: person.has_address, PEOPLE):
        user = _account(session, person, password_hash)
        if person.key in ADMINISTRATORS:
            posts.give_on_server(session, user, Role.ADMINISTRATOR, _area(session, COUNTRY))
        if person.key in STAFF:
            _set_up_second_factor(session, user, key)


def _account(session: Session, person: Person, password_hash: str) -> User:
    name = {"title": person.title, "given_name": person.given_name, "family_name": person.family_name}
    user = User(email=person.email, verified_at=clock.now(), password_hash=password_hash, **name)
    user.area = None if person.place else _area(session, MUNICIPALITY)
    session.add(user)
    session.flush()
    consents.give(session, user, user, notice_version())
    record(session, user.id, AddressVerified(user.id))
    return user


def _set_up_second_factor(session: Session, user: User, key: bytes) -> None:
    token = sign_in.open_sign_in(session, user, timedelta(hours=1), "")
    wanted = select(WebSession).where(WebSession.token_sha256 == sign_in.hashed(token))
    sitting = session.scalars(wanted).one()
    secret = second_factor.new_secret()
    assert second_factor.turn_on(session, sitting, secret, TOTP(secret).at(clock.now()), key)
    session.delete(sitting)


def _enter(session: Session, entered: Entered, keys: Keys) -> None:
    person = BY_KEY[entered.who]
    name = Name(person.title, person.given_name, person.family_name)
    entry = Entry(name, entered.born, "", entered.proof, entered.evidence_note, person.form_token)
    area = _area(session, MUNICIPALITY)
    register.register(session, _user(session, entered.by), area, entry, keys, notice_version())


def _give(session: Session, term: Term) -> None:
    giver, area = _user(session, term.given_by), _area(session, term.place)
    posts.propose(session, giver, term.role, area, _terms(term))


def _confirm(session: Session, term: Term) -> None:
    grants = queries.open_grants(session, _user(session, term.who).id)
    (waiting,) = [grant for grant in grants if grant.confirmed_at is None]
    posts.confirm(session, _user(session, term.confirmed_by), waiting.id)


def _terms(term: Term) -> Terms:
    """Told on the day it is given."""
    given_on = dates.local_day(clock.now())
    first, last = (given_on + timedelta(days=day - term.given) for day in (term.first, term.last))
    order = f"คำสั่งสมมติที่ {term.order}/{dates.year_be(given_on)}"
    return Terms(BY_KEY[term.who].email, first, last, order)


def _write_down(session: Session, task: Task) -> None:
    writer, written_on = _user(session, task.by), dates.local_day(clock.now())
    until = None if task.until is None else written_on + timedelta(days=task.until - task.written)
    handover.add_duty(session, writer, _post(writer).id, task.title, task.notes, until)


def _finish(session: Session, task: Task) -> None:
    writer = _user(session, task.by)
    wanted = select(Duty).where(Duty.post_id == _post(writer).id, Duty.title == task.title)
    handover.finish_duty(session, writer, session.scalars(wanted).one().id)


def _read(session: Session) -> None:
    for key in HAVE_READ:
        letters.mark_read(session, _user(session, key).id)


def _hand_over(session: Session) -> None:
    holder = _user(session, SUCCESSION.given_by)
    post = _post(holder)
    matters = [
        {
            "words": duty.title,
            "day": duty.due_on.isoformat() if duty.due_on else "",
            "path": f"/posts/{post.id}",
        }
        for duty in queries.duties(session, post.id)
    ]
    handover.hand_over(session, holder, post.id, _terms(SUCCESSION), LEFT_TO_SUCCESSOR, matters)


def _user(session: Session, key: str) -> User:
    """The person, with the posts they have by now."""
    user = accounts.by_email(session, BY_KEY[key].email)
    assert user is not None
    session.refresh(user, ["grants"])
    return user


def _post(user: User) -> Post:
    """Each of them holds one."""
    (post,) = {grant.post for grant in user.grants if grant.confirmed_at}
    return post


def _area(session: Session, place: Place) -> Area:
    area = by_code(session, place.code)
    assert area is not None
    return area
