"""Factories: one function per thing, valid by default, every default overridable."""

import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.accounts.actions import (
    access_codes,
    posts,
    register,
)
from govapp.accounts.actions import (
    second_factor as second_factors,
)
from govapp.accounts.actions import (
    sign_in as accounts,
)
from govapp.accounts.actions.citizen_numbers import Keys
from govapp.accounts.models import AccountLink, Purpose, User, WebSession
from govapp.accounts.models.people import Evidence
from govapp.accounts.models.posts import Grant, Post, Role
from govapp.areas.actions import add_area, add_provinces
from govapp.areas.models import Area, AreaKind
from govapp.budgeting.actions import counting, importing
from govapp.budgeting.models import Round
from govapp.core import cipher, clock
from govapp.core.names import Name
from govapp.core.partial_dates import PartialDate
from govapp.counting.pabulib import read
from govapp.counting.rule import Rule
from govapp.ledger import codes

PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SIGNING_KEY = "x" * 32
NUMBER_KEYS = Keys.of(SIGNING_KEY)
CODE_KEY = cipher.key_for("accounts/access-codes", SIGNING_KEY)

META = {
    "description": "A vote in a test",
    "country": "Thailand",
    "unit": "เมืองทดสอบ",
    "instance": "2569",
    "budget": "1000",
    "vote_type": "approval",
    "rule": "greedy",
    "date_begin": "01.03.2025",
    "date_end": "15.03.2025",
    "currency": "THB",
}
PROJECTS = (  # id, cost, name, category, district
    ("a", 600, "ทางเดินริมคลอง", "ถนน", "เหนือ"),
    ("b", 500, "ห้องสมุดเด็ก", "เด็ก", "ใต้"),
    ("c", 300, "=ทางลาด", "คนพิการ,ถนน", "ใต้"),
    ("d", 2000, "หอนาฬิกา", "", ""),
)
VOTES = ("a,b", "a,b", "a", "a,d", "b,c", "c", "c", "", "b,c")


def pb(
    votes: Sequence[str] = VOTES,
    projects: Sequence[tuple[str, int, str, str, str]] = PROJECTS,
    selected: Mapping[str, int] | None = None,
    **meta: str,
) -> bytes:
    """A small election as a .pb file."""
    values = {**META, "num_projects": str(len(projects)), "num_votes": str(len(votes)), **meta}
    columns = "project_id;cost;name;category;district" + (";selected" if selected is not None else "")
    chosen = {} if selected is None else {p[0]: f";{selected.get(p[0], 0)}" for p in projects}
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in values.items())]
    lines += ["PROJECTS", columns, *(";".join(map(str, p)) + chosen.get(p[0], "") for p in projects)]
    lines += ["VOTES", "voter_id;vote;neighborhood"]
    lines += [f"{number};{vote};{'นา' if number % 3 else 'สวน'}" for number, vote in enumerate(votes)]
    return "\n".join(lines).encode()


def area(session: Session, code: str = "x-test", **given: Any) -> Area:
    values = {"kind": AreaKind.TOWN_MUNICIPALITY, "name_th": "เมืองทดสอบ", "name_en": "Test Town"} | given
    made = add_area(session, code, **values)
    session.commit()
    return made


def admin(session: Session, email: str = "admin@example.org") -> User:
    user = accounts.create_admin(session, email, "ผู้ดูแลทดสอบ", PASSWORD)
    session.commit()
    return user


def holder(role: Role, area: Area | None = None, **given: Any) -> Any:
    """Somebody, outside any database, who holds a post now."""
    now = clock.now()
    times = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=1), "confirmed_at": now}
    grant = Grant(post=Post(id=1, role=role, area=area, area_id=area.id if area else None), **times)
    values = {
        "id": 1,
        "is_authenticated": True,
        "second_factor": None,
        "powers_rest": False,
        "grants": [grant],
    }
    return SimpleNamespace(**values | given)


def staff(session: Session, role: Role, place: Area, email: str = "staff@example.org") -> User:
    """A person with PASSWORD who holds a post now."""
    made = user(session, email, given_name=email.partition("@")[0], family_name="")
    posts.give_on_server(session, made, role, place)
    session.commit()
    return made


def officer(session: Session, place: Area, email: str = "officer@example.org") -> User:
    return staff(session, Role.OFFICER, place, email)


def give(session: Session, person: User, role: Role = Role.ADMINISTRATOR, place: Area | None = None) -> None:
    """A post for somebody who is there already; of administrator, unless told otherwise."""
    add_provinces(session, None)
    where = place or session.scalars(select(Area).where(Area.code == "TH")).one()
    posts.give_on_server(session, person, role, where)
    session.commit()
    session.refresh(person)


def person(session: Session, email: str = "person@example.org") -> User:
    """Somebody without any power."""
    return user(session, email, given_name="ผู้ใช้ทดสอบ", family_name="")


def cheap_passwords() -> AbstractContextManager[Any]:
    """Where it is no matter what a password costs: by design it is a tenth of a second and 64 MiB."""
    return patch.object(accounts, "_HASHER", CHEAP)


@cache
def password_hash() -> str:
    """Of PASSWORD, hashed once in a run."""
    return accounts.hash_password(PASSWORD)


def user(session: Session, email: str = "somchai@example.org", verified: bool = True, **given: Any) -> User:
    """A citizen with PASSWORD."""
    name = {"given_name": "สมชาย", "family_name": "ทดสอบ"}
    values = name | {"password_hash": password_hash()} | given
    made = User(email=email, verified_at=clock.now() if verified else None, **values)
    session.add(made)
    session.commit()
    return made


def registered(session: Session, officer: User, area: Area, number: str = "", **given: Any) -> User:
    """Somebody whom an officer entered, with nothing to sign in with."""
    values: dict[str, Any] = {
        "name": Name("นาง", "บุญมี", "ทดสอบ"),
        "birth_date": PartialDate(1937),
        "citizen_number": number,
        "evidence": Evidence.HOUSEHOLD_REGISTER,
        "evidence_note": "",
        "form_token": secrets.token_urlsafe(16),
    }
    entry = register.Entry(**(values | given))
    made = register.register(session, officer, area, entry, NUMBER_KEYS, "1")
    session.commit()
    return made


def access_code(session: Session, officer: User, person: User) -> str:
    """A new code of the person, as it stands on the letter."""
    made = access_codes.make(session, sign_in(session, officer), officer, person.id, CODE_KEY)
    session.commit()
    return codes.grouped(made)


def sign_in(session: Session, user: User, **given: Any) -> WebSession:
    """A sign-in of a person, proved just now."""
    token = accounts.open_sign_in(session, user, timedelta(hours=12), "Firefox, Linux", **given)
    session.commit()
    return session.scalars(select(WebSession).where(WebSession.token_sha256 == accounts.hashed(token))).one()


def second_factor(session: Session, user: User, signing_key: str = SIGNING_KEY) -> str:
    """Give a person a second factor, set up ten minutes ago; its secret."""
    secret = second_factors.new_secret()
    with clock.stopped(clock.now() - timedelta(minutes=10)):
        sitting = sign_in(session, user)
        key = cipher.key_for("accounts/second-factor", signing_key)
        assert second_factors.turn_on(session, sitting, secret, code(secret), key)
    session.delete(sitting)
    session.commit()
    return secret


def code(secret: str, steps: int = 0) -> str:
    """What the app of this secret shows now, or so many 30-second steps later."""
    return TOTP(secret).at(clock.now(), counter_offset=steps)


def csrf(client: FlaskClient, path: str) -> str:
    """The token of the form on a page."""
    return client.get(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def post(client: FlaskClient, path: str, form_on: str = "", **data: Any) -> Any:
    """Send the form that stands at `form_on`, or at the path itself."""
    return client.post(path, data={"csrf_token": csrf(client, form_on or path), **data})


def enter(client: FlaskClient, session: Session, user: User, secret: str = "") -> str:
    """Sign a person in through the pages, with the second factor they have or get; its secret."""
    secret = secret or second_factor(session, user)
    assert post(client, "/sign-in", email=user.email, password=PASSWORD).status_code == 303
    assert post(client, "/sign-in/code", code=code(secret)).status_code == 303
    return secret


def link(session: Session, owner: User, purpose: str) -> str:
    """The id of a link that works once."""
    made = AccountLink(
        user_id=owner.id, purpose=Purpose(purpose), ends_at=clock.now() + timedelta(minutes=30)
    )
    session.add(made)
    session.commit()
    return made.id


def png(width: int = 8, height: int = 8) -> bytes:
    """A small grey picture."""
    raw = b"".join(b"\0" + b"\x80" * width for _row in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(raw)),
        (b"IEND", b""),
    )
    whole = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        whole += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return whole


def round_(session: Session, content: bytes | None = None, counted: bool = True, **given: Any) -> Round:
    """A finished round, counted under its own rule unless told otherwise."""
    content = content or pb()
    made = importing.import_round(session, None, read(content, "test.pb"), content, **given)
    if counted:
        rule = Rule.from_json(made.rule)
        counting.keep_count(session, None, counting.compute_count(session, made, rule))
    session.commit()
    return made
