"""What is said of each step of a box, on its own page and on those where it is taken."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from govapp.ballotbox import queries
from govapp.ballotbox.actions import closing, starting
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.rules.progress import Next
from govapp.core.errors import Missing
from govapp.core.key_folder import KeyFolder
from govapp.core.language import N_

NEXT: Mapping[Next, tuple[str, str]] = {  # heading, and what it is about
    Next.ROLL: (N_("Nobody is on the roll yet"), N_("Put people on the roll on the page of the vote.")),
    Next.CHAIR: (
        N_("Name the chair"),
        N_("So few people vote that the chair and you open the box together. Name the chair first."),
    ),
    Next.HOLDERS: (
        N_("Name three key-holders"),
        N_("Each keeps one sheet of the key. Any two of them open the box; nobody can alone."),
    ),
    Next.KEYS: (
        N_("Make the key of the box"),
        N_("It is made in a moment, and nothing can be voted without it."),
    ),
    Next.RECEIVE: (
        N_("The key-holders say that they hold their sheets"),
        N_("Each signs in for themselves and says so."),
    ),
    Next.TRIAL: (
        N_("Try two sheets"),
        N_("Two key-holders type their sheets on one screen: a mistake is found before anybody votes."),
    ),
    Next.OVER: (N_("The time of this vote is over"), N_("Set another time on the page of the vote.")),
    Next.OPEN: (
        N_("Open the box for votes"),
        N_("Everything is ready. Once the box is open, nothing of it can be changed."),
    ),
    Next.BEGIN: (
        N_("Voting begins at its time"),
        N_("Everything is fixed. Nothing is to be done until then."),
    ),
    Next.VOTE: (N_("The box takes ballots"), N_("It closes by itself at its time.")),
    Next.CLOSE: (
        N_("Close the box"),
        N_("Its time is over, and no ballot is taken. It closes by itself in a moment, or by you."),
    ),
    Next.OBJECTIONS: (
        N_("Objections can be raised"),
        N_("Whoever had no right to vote can be objected to until the time for it is over."),
    ),
    Next.FINISH: (
        N_("Finish the box"),
        N_("Objections are over. The final checkpoint is signed, and nothing is voided any more."),
    ),
    Next.DESTROY: (
        N_("Destroy the key that joins names and ballots"),
        N_("From then on nobody can tell whose a ballot is, before any ballot is opened."),
    ),
    Next.COSIGN: (
        N_("A second person signs that the key is destroyed"),
        N_("Somebody who saw it: a key-holder, or another who runs the box."),
    ),
    Next.CEREMONY: (
        N_("Open the box in public"),
        N_("Two key-holders type their sheets on one screen, in front of everybody."),
    ),
    Next.ROOM: (
        N_("Two people open the box"),
        N_("The chair and whoever runs the box, each signed in for themselves."),
    ),
    Next.DONE: (N_("The box is opened and counted"), N_("Print the record of the ceremony, and sign it.")),
    Next.ANNULLED: (N_("The vote was stopped"), N_("What was cast is never opened. The vote is held again.")),
}
OPENED = N_("Open for votes.")
CLOSED = N_("Closed.")
FINISHED = N_("Finished: the final checkpoint is signed.")
DESTROYED = N_("The key that joins names and ballots is gone from this server.")


@dataclass(frozen=True)
class Deed:
    """A step that the holder of the post takes on a page of its own.

    when     the status in which it can be taken
    warning  what cannot be undone, directly above the button
    do       (session, keys, actor, box_id)
    """

    when: Status
    title: str
    words: str
    warning: str
    button: str
    said: str
    do: Callable[[Session, KeyFolder, Any, int], Any]


DEEDS: Mapping[str, Deed] = {
    "open": Deed(
        Status.PREPARING,
        N_("Open the box for votes"),
        N_("What is voted on, who may vote, the keys and the times are fixed and published as one hash."),
        N_("An open box cannot be changed any more, nor closed before its time."),
        N_("Open for votes"),
        OPENED,
        starting.open_box,
    ),
    "close": Deed(
        Status.OPEN,
        N_("Close the box"),
        N_("No ballot is taken any more. A small box in a meeting may be closed when all have voted."),
        N_("A closed box cannot be opened for votes again."),
        N_("Close the box"),
        CLOSED,
        closing.close,
    ),
    "finish": Deed(
        Status.CLOSED,
        N_("Finish the box"),
        N_("Who took part is written down for all at once, and the final checkpoint is signed."),
        N_("After this no objection can be upheld any more."),
        N_("Finish the box"),
        FINISHED,
        closing.finish,
    ),
    "destroy": Deed(
        Status.FINAL,
        N_("Destroy the key that joins names and ballots"),
        N_(
            "Do it in front of everybody, then destroy the copies on other servers of this site"
            " (govapp box destroy-key) and the sealed envelope, unopened. A second person signs for it."
        ),
        N_("The key cannot be made again. Nobody can look up or void a ballot after this."),
        N_("Destroy the key"),
        DESTROYED,
        closing.destroy_slot_key,
    ),
}


def box_of(session: Session, box_id: int) -> BallotBox:
    """The box of an address, with its post and its people; raises Missing."""
    found = queries.with_people(session, box_id)
    if found is None:
        raise Missing
    return found


box_of.model = BallotBox  # type: ignore[attr-defined]  # for the list of pages


def deed_of(session: Session, box_id: int, step: str) -> BallotBox:
    """The same, where the address names a step, too."""
    if step not in DEEDS:
        raise Missing
    return box_of(session, box_id)
