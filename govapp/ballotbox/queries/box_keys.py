"""The files of a box in the key folder, and the locks of its deeds.

.slot   K_slot: whose ballot lies where; destroyed before the ceremony
.log    the key with which checkpoints, receipts and the bundle are signed
.box    of a room box alone: the key that opens ballots; destroyed with the opening
.seen   the last checkpoint this server signed: a database that does not extend it is an old copy
"""

from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from govapp.core.errors import Unavailable
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_
from govapp.ledger import slots
from govapp.ledger.notes import Signer

SLOT, LOG, ROOM, SEEN = "slot", "log", "box", "seen"
SHARE = text("SELECT pg_advisory_xact_lock_shared(:kind, :box), pg_advisory_xact_lock(:slot)")
BOX_LOCK, LOG_LOCK = 7101, 7102  # first numbers of advisory locks; migration 0013 names the first, too

NO_KEY = N_(
    "Voting is not available on this server: its key for this ballot box is missing or another one. "
    "Nothing was cast. The people who run this site must put the key of the box back."
)
NO_LOG_KEY = N_("This server does not have the key that signs for this ballot box.")


class Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def key_name(self) -> str: ...

    @property
    def k_slot_id(self) -> bytes | None: ...


def file(box: Named, kind: str) -> str:
    return f"{box.key_name}.{kind}"


def ended_files(box: Named, is_opened: bool) -> list[str]:
    """What must not be left of a box whose K_slot is destroyed: once opened, the key of its ballots too."""
    return [file(box, kind) for kind in ((SLOT, ROOM) if is_opened else (SLOT,))]


def slot_key(keys: KeyFolder, box: Named) -> bytes:
    """K_slot, read anew each time; raises Unavailable where it is absent or another, never makes one."""
    key = keys.read(file(box, SLOT))
    if key is None or slots.key_id(key) != box.k_slot_id:
        raise Unavailable(NO_KEY)
    return key


def signer(keys: KeyFolder, box: Named) -> Signer:
    """Who signs for the box; raises Unavailable."""
    key = keys.read(file(box, LOG))
    if key is None:
        raise Unavailable(NO_LOG_KEY)
    return Signer(box.name, key)


def share_box(session: Session, box_id: int, slot: bytes) -> None:
    """Hold a slot, and the box as one of many: ballots and paper locks. Until commit.

    On SQLite the transaction holds the whole database already. Advisory locks leave no trace in any row.
    """
    if _has_locks(session):
        session.execute(SHARE, {"kind": BOX_LOCK, "box": box_id, "slot": slot_lock(slot)})


def slot_lock(slot: bytes) -> int:
    """The number of the advisory lock of a slot."""
    return int.from_bytes(slot[:8], "big", signed=True)


def hold_box(session: Session, box_id: int) -> None:
    """Hold the box alone, its log too: waits for every ballot on its way, and lets no other begin.

    Until commit, and before the row of the box is locked, as the log is.
    """
    _hold(session, BOX_LOCK, box_id)
    hold_log(session, box_id)


def hold_log(session: Session, box_id: int) -> None:
    """Hold the log: one writer at a time. Ballots are cast meanwhile. Until commit.

    Before the row of the box is locked: PostgreSQL looks at that row for every leaf that is added.
    """
    _hold(session, LOG_LOCK, box_id)


def _hold(session: Session, kind: int, box_id: int) -> None:
    if _has_locks(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:kind, :box)"), {"kind": kind, "box": box_id})


def _has_locks(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
