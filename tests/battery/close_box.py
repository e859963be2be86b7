"""T3: while many write, the box closes: nothing gets in afterwards, and nothing taken is left out."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select

from benchmarks.figures import Figure
from govapp.ballotbox.actions import closing
from govapp.ballotbox.actions.casting import TOO_LATE
from govapp.ballotbox.models import Cast, Superseded
from govapp.core.errors import NotNow
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery import recount
from tests.battery.frame import Run
from tests.battery.office import Book, Client, Office, at_once, clerks, form
from tests.battery.sites import DATABASES, Place, database

NAME = "close"
WRITERS = 32
OPEN_SECONDS, LONGEST_SECONDS = 0.5, 16
GOES_ON = 0.2  # seconds in which writers go on when the box is closed


@dataclass(frozen=True)
class Trial:
    """late: ballots that came in after the closing; missing: receipts that the log does not have."""

    taken: int
    late: int
    missing: int
    refused_otherwise: int


def measure(short: bool) -> Iterator[Figure]:
    trials = 2 if short else 100
    for kind, pace in (*((kind, "") for kind in DATABASES), ("postgresql", "slow")):
        with database(kind) as place, clerks(place, fault=pace) as office:
            found = [_trial(place, office) for _ in range(trials)]
        subject = f"{WRITERS} writers × {trials}, {f'{pace} ' * bool(pace)}{kind}"
        yield _figure(subject, "ballots after the closing", sum(each.late for each in found))
        yield _figure(subject, "receipts not in the closing log", sum(each.missing for each in found))
        others = sum(each.refused_otherwise for each in found)
        yield _figure(subject, "refusals for another reason", others)
        taken = min(each.taken for each in found)
        yield Figure(NAME, subject, "ballots taken before it closed, fewest", taken, "", at_least=1)


def broken(short: bool) -> Iterator[Figure]:
    trials = 25
    with database("postgresql") as place, clerks(place, fault="slow-and-unlocked") as office:
        found = []
        for _ in range(trials):
            found.append(_trial(place, office))
            if short and found[-1].late:
                break
    subject = f"{WRITERS} writers × {len(found)}, without the lock"
    yield _figure(subject, "ballots after the closing", sum(each.late for each in found))
    yield Figure(NAME, subject, "trials with such ballots", sum(each.late > 0 for each in found), "")


def _trial(place: Place, office: Office, seconds: float = OPEN_SECONDS) -> Trial:
    """One box into which somebody got; where a busy machine let nobody in, another is open twice as long."""
    found = _closed(place, office, seconds)
    is_enough = found.taken or seconds >= LONGEST_SECONDS
    return found if is_enough else _trial(place, office, 2 * seconds)


def _closed(place: Place, office: Office, seconds: float) -> Trial:
    """A box, from opening to closing, with everybody writing as fast as they can."""
    site = boxes.opened(place.database, place.folder, WRITERS, seconds=seconds)
    book, over = Book(site), threading.Event()
    writers = [partial(_writes, office, book, voter, over) for voter in site.voters]
    at_once([*writers, partial(_close, site, over)])
    codes = recount.logged(site)
    missing = sum(answer.code not in codes for _voter, _ballot, answer in book.taken)
    others = sum(answer.said != TOO_LATE for answer in book.refused)
    return Trial(len(book.taken), _unpublished(site), missing, others)


def _writes(office: Office, book: Book, voter: str, over: threading.Event) -> None:
    """A ballot, then another in its place, until one is refused and the closing is over as well."""
    client, rev, end = Client(office), 0, 0.0
    while not end or time.monotonic() < end:
        answer = client.until_answered(form(book.site, voter, rev), "yes")
        book.note(voter, "yes", answer)
        rev += answer.status == 200
        if not end and over.is_set():
            end = time.monotonic() + GOES_ON
    client.hang_up()


def _close(site: Site, over: threading.Event) -> None:
    """As the worker of the site does, at the first moment at which it is time."""
    while not over.is_set():
        try:
            with site.begin() as session:
                closing.close(session, site.keys, None, site.box_id)
            over.set()
        except NotNow:
            time.sleep(0.01)


def _unpublished(site: Site) -> int:
    """The closing publishes every ballot that is in the box: what is not published came later."""
    with site.database.read() as session:
        return sum(
            session.scalar(
                select(func.count()).select_from(table).where(table.box_id == site.box_id, ~table.flushed)
            )
            or 0
            for table in (Cast, Superseded)
        )


def _figure(subject: str, name: str, reached: float) -> Figure:
    return Figure(NAME, subject, name, reached, "", at_most=0)


RUN = Run(
    name=NAME,
    claim=(
        "T3: a box that closes while 32 people write ballots has none that came in afterwards, and every "
        "ballot that was acknowledged is in its closing log; 100 times of 100."
    ),
    how=(
        "A box is open for half a second, by the clock of the database; longer where nobody got in. 32 "
        "clients change their ballots as fast as four processes take them, and go on when it is closed. It "
        "is closed by the action that the worker calls, from the first moment at which it is time. Closing "
        "publishes whatever is in the box; so a ballot that is not published came in later. Once more with "
        "clerks who wait a fifth of a second between their look at the box and the writing: the "
        "control is the same without the lock."
    ),
    measure=measure,
    control="a cast that looks at the state of the box without holding it",
    broken=broken,
)
