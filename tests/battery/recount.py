"""Whether what was acknowledged is in the box: looked at with K_slot, and by opening it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from govapp.ballotbox.models import BallotBox, Cast, Superseded
from govapp.ballotbox.models.log import LogLeaf
from govapp.ballotbox.queries import box_keys
from govapp.ledger import receipts, slots
from tests.ballotbox.boxes import Site
from tests.battery.office import Book


@dataclass(frozen=True)
class Contents:
    """present: slot -> (number of the ballot, code) as often as there are rows; past: codes superseded."""

    present: dict[bytes, list[tuple[int, str]]]
    past: Counter[str]
    slots: dict[str, bytes]  # of every voter on the roll

    @property
    def doubles(self) -> int:
        """Ballots too many or of nobody, and earlier ones that are more or fewer than were changed."""
        more = sum(len(rows) - 1 for rows in self.present.values())
        strays = len(self.present.keys() - set(self.slots.values()))
        changes = sum(rev - 1 for rows in self.present.values() for rev, _ in rows)
        return more + strays + abs(changes - sum(self.past.values()))


def contents(site: Site) -> Contents:
    """What lies in the box now."""
    present: dict[bytes, list[tuple[int, str]]] = {}
    with site.database.read() as session:
        box = session.get_one(BallotBox, site.box_id)
        key = box_keys.slot_key(site.keys, box)
        for row in session.execute(select(Cast.slot, Cast.leaf_enc).where(Cast.box_id == site.box_id)):
            entry = slots.unseal_entry(key, box.name, row.slot, row.leaf_enc)
            present.setdefault(row.slot, []).append((entry.rev, receipts.code_of(entry.leaf)))
        earlier = select(Superseded.id, Superseded.leaf_enc).where(Superseded.box_id == site.box_id)
        past = Counter(
            receipts.code_of(slots.unseal_superseded(key, box.name, row.id, row.leaf_enc))
            for row in session.execute(earlier)
        )
        return Contents(present, past, {voter: slots.slot(key, box.name, voter) for voter in site.voters})


def lost(book: Book, found: Contents) -> int:
    """Receipts whose ballot is neither in its voter's slot nor one that a later one took the place of."""
    return sum(not _is_there(found, voter, answer.rev, answer.code) for voter, _ballot, answer in book.taken)


def twice(book: Book) -> int:
    """Receipts that differ for the same ballot of the same voter."""
    codes = {(voter, answer.rev): answer.code for voter, _ballot, answer in book.taken}
    return sum(answer.code != codes[voter, answer.rev] for voter, _ballot, answer in book.taken)


def logged(site: Site) -> set[str]:
    """The receipt codes of all that is in the log."""
    with site.database.read() as session:
        leaves = session.scalars(select(LogLeaf.leaf).where(LogLeaf.box_id == site.box_id))
        return {receipts.code_of(leaf) for leaf in leaves}


def miscounted(book: Book, result: Any) -> int:
    """By how many ballots the result of the opened box is another than that of the last receipts."""
    counted = result["districts"][""]
    wanted = Counter(book.last().values())
    return sum(abs(counted[choice] - wanted[choice]) for choice in counted)


def _is_there(found: Contents, voter: str, rev: int, code: str) -> bool:
    rows = found.present.get(found.slots[voter], [])
    return (rev, code) in rows or (code in found.past and any(present > rev for present, _ in rows))
