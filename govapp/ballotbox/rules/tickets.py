"""What a ballot form carries: which ballot of which voter it may replace, once, within half an hour.

A signed token (PyJWT, core/keys) that the form of an account, an access code or a station holds alike. It
names the voter by the opaque id of the box, so it must never stand in an address or a log.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from govapp.ballotbox.rules import BALLOT_MINUTES
from govapp.core import clock
from govapp.core.keys import LinkSigner
from govapp.ledger.slots import TOKEN_BYTES

PURPOSE = "ballot"


@dataclass(frozen=True, repr=False)
class Ticket:
    """rev: how many ballots the voter had cast when the form was made; token: the same form sent twice."""

    box_id: int
    voter: str
    rev: int
    token: bytes

    @classmethod
    def new(cls, box_id: int, voter: str, rev: int) -> "Ticket":
        return cls(box_id, voter, rev, secrets.token_bytes(TOKEN_BYTES))


def written(signer: LinkSigner, ticket: Ticket) -> str:
    """The ticket for a form, good for BALLOT_MINUTES."""
    subject = f"{ticket.box_id}/{ticket.voter}/{ticket.rev}/{ticket.token.hex()}"
    return signer.sign(PURPOSE, subject, clock.now() + timedelta(minutes=BALLOT_MINUTES))


def read(signer: LinkSigner, text: str) -> Ticket | None:
    """The ticket that was sent back; None when it was made up, changed, or has run out."""
    subject = signer.read(PURPOSE, text)
    if subject is None:
        return None
    box_id, voter, rev, token = subject.split("/")
    return Ticket(int(box_id), voter, int(rev), bytes.fromhex(token))


def read_for(signer: LinkSigner, text: str, box_id: int | None, voter: str) -> Ticket | None:
    """The same, of this voter in this box; None also for another's ticket."""
    ticket = read(signer, text)
    return ticket if ticket is not None and (ticket.box_id, ticket.voter) == (box_id, voter) else None
