"""Factories: one function per thing, valid by default, every default overridable."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.actions import sign_in as accounts
from govapp.accounts.models import AccountLink, Purpose, User
from govapp.areas.actions import add_area
from govapp.areas.models import Area, AreaKind
from govapp.budgeting import actions
from govapp.budgeting.models import Round
from govapp.core import clock
from govapp.counting.pabulib import read
from govapp.counting.rule import Rule

PASSWORD = "correct horse battery"

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
    values = {"kind": AreaKind.LOCAL_AUTHORITY, "name_th": "เมืองทดสอบ", "name_en": "Test Town"} | given
    made = add_area(session, code, **values)
    session.commit()
    return made


def admin(session: Session, email: str = "admin@example.org") -> User:
    user = accounts.create_admin(session, email, "ผู้ดูแลทดสอบ", PASSWORD)
    session.commit()
    return user


def user(session: Session, email: str = "somchai@example.org", verified: bool = True, **given: Any) -> User:
    """A citizen with PASSWORD."""
    values = {"name": "สมชาย ทดสอบ", "password_hash": accounts.HASHER.hash(PASSWORD)} | given
    made = User(email=email, verified_at=clock.now() if verified else None, **values)
    session.add(made)
    session.commit()
    return made


def link(session: Session, owner: User, purpose: str) -> str:
    """The id of a link that works once."""
    made = AccountLink(
        user_id=owner.id, purpose=Purpose(purpose), ends_at=clock.now() + timedelta(minutes=30)
    )
    session.add(made)
    session.commit()
    return made.id


def round_(session: Session, content: bytes | None = None, counted: bool = True, **given: Any) -> Round:
    """A finished round, counted under its own rule unless told otherwise."""
    content = content or pb()
    made = actions.import_round(session, None, read(content, "test.pb"), content, **given)
    if counted:
        rule = Rule.from_json(made.rule)
        actions.keep_count(session, None, actions.compute_count(session, made, rule))
    session.commit()
    return made
