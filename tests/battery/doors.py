"""The pages at which a stranger may try who has an account, and the people whom that would betray."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from benchmarks.servers import SECRET
from govapp.accounts.actions.sign_in import hash_password
from govapp.accounts.models import User
from govapp.accounts.models.people import AccessCode
from govapp.accounts.rules.people import CODE_LETTERS
from govapp.core import cipher, clock
from govapp.ledger import codes
from tests.accounts.test_sign_up import ANSWERS
from tests.battery.sites import Place
from tests.make import PASSWORD

UNKNOWN, KNOWN, UNVERIFIED, ENDED = "unknown", "present", "waiting", "expired"  # equally long


@dataclass(frozen=True)
class Door:
    """A page with a form.

    typed   what is filled in besides the field that is tried
    status  of the answer to everybody
    kinds   of what is tried, compared with what is unknown
    hashes  password hashes that an answer costs
    """

    path: str
    typed: Mapping[str, str]
    status: int
    kinds: Sequence[str] = (KNOWN,)
    field: str = "email"
    hashes: int = 1

    def word(self, kind: str, number: int) -> str:
        """What is typed into the field: an address or a code, as long as every other."""
        if self.field == "code":
            drawn = hashlib.sha256(f"{kind} {number}".encode()).digest()
            return codes.written(int.from_bytes(drawn[:7]), CODE_LETTERS)
        return f"{kind}{number:05}@{self.path[1:]}.example.org"


DOORS = (
    Door("/sign-in", {"password": "not the password of anybody"}, 422),
    Door("/forgot", {}, 303, hashes=0),
    Door("/sign-up", {k: v for k, v in ANSWERS.items() if k != "email"}, 303, (KNOWN, UNVERIFIED)),
    Door("/sign-in/access-code", {}, 422, (ENDED,), "code", hashes=0),
)


def settle(place: Place, tries: int) -> None:
    """Write a person down for each try at each door."""
    password_hash = hash_password(PASSWORD)
    with place.database.write.begin() as session:
        for door in DOORS:
            for kind in door.kinds:
                for number in range(tries):
                    _settle_one(session, door.word(kind, number), kind, password_hash)


def _settle_one(session: Session, word: str, kind: str, password_hash: str) -> None:
    person = User(given_name="สมมติ")
    session.add(person)
    if kind != ENDED:
        person.email, person.password_hash = word, password_hash
        person.verified_at = clock.now() if kind == KNOWN else None
        return
    session.flush()
    key = cipher.key_for("accounts/access-codes", SECRET)
    code = AccessCode(user_id=person.id, fingerprint=cipher.fingerprint(key, word), made_by_id=person.id)
    code.ends_at = clock.now()
    session.add(code)
