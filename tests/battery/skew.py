"""T7: the clock of the app is wrong, and answers get lost, come twice or late: all stays right."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from benchmarks.figures import Figure
from govapp.ballotbox.actions import closing
from govapp.ballotbox.models import Cast
from govapp.core import clock
from govapp.core.errors import NotNow
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery.faults import AHEAD
from tests.battery.frame import Run
from tests.battery.office import Answer, Client, Office, at_once, clerks, form
from tests.battery.sites import DATABASES, Place, database

NAME = "skew"
WITHIN = AHEAD / 2  # of the true time: a clock that is ten minutes wrong has it on the other side
ON_ROLL = 200
MOMENT = 0.3  # seconds that a box is open whose end is waited for


def measure(short: bool) -> Iterator[Figure]:
    voters = 3 if short else ON_ROLL
    for kind in DATABASES:
        with database(kind) as place:
            if kind == "postgresql":
                yield from _wrong_clocks(place, voters)
            yield from _lost_answers(place, voters, kind)


def broken(short: bool) -> Iterator[Figure]:
    voters = 3 if short else ON_ROLL
    with database("postgresql") as place:
        yield from _wrong_clocks(place, voters, "-and-trusted")
        yield from _forgotten(place, voters)


def _wrong_clocks(place: Place, voters: int, trusted: str = "") -> Iterator[Figure]:
    """Four boxes whose opening or end lies between the true time and that of the app."""
    on_time = {"opens_at": clock.now() - timedelta(seconds=1), "closes_at": clock.now() + WITHIN}
    early = {"opens_at": clock.now() + WITHIN, "closes_at": clock.now() + timedelta(hours=1)}
    open_, not_yet = (_box(place, **times) for times in (on_time, early))
    with clerks(place, 2, fault=f"ahead{trusted}") as office:
        answers = _votes(office, open_, voters)
        yield _figure(f"ahead{trusted}", "refused though the box is open", _count(answers, 409))
        answers = _votes(office, not_yet, voters)
        yield _figure(f"ahead{trusted}", "taken before the box is open", _count(answers, 200))
    if not trusted:
        yield _figure("ahead", "boxes closed before their time", _closes_early(open_))
    with clerks(place, 2, fault=f"behind{trusted}") as office:
        long_ago = clock.now() - 2 * AHEAD
        over = boxes.opened(place.database, place.folder, ON_ROLL, seconds=MOMENT, opens_at=long_ago)
        time.sleep(MOMENT)
        answers = _votes(office, over, voters)
        yield _figure(f"behind{trusted}", "taken after the end", _count(answers, 200))
        just = boxes.opened(place.database, place.folder, ON_ROLL)
        answers = _votes(office, just, voters)
        yield _figure(f"behind{trusted}", "refused though the box has opened", _count(answers, 409))


def _lost_answers(place: Place, voters: int, kind: str) -> Iterator[Figure]:
    """The connection is cut behind the form; it is sent again twice at once, and again when it is old."""
    with clerks(place, 2) as office:
        site = boxes.opened(place.database, place.folder, ON_ROLL)
        differ, wrong = 0, 0
        for voter in site.voters[:voters]:
            first, second = form(site, voter), form(site, voter, 1)
            before = Client(office).post(second, "no")  # it overtakes the first
            answers = _sent_thrice(office, site, first, "yes")
            changed = _sent_thrice(office, site, second, "no")
            replayed = Client(office).post(first, "yes")
            differ += len({(each.code, each.promise, each.rev) for each in answers}) - 1
            differ += len({(each.code, each.promise, each.rev) for each in changed}) - 1
            wrong += [each.status for each in (*answers, *changed)] != [200] * 4
            wrong += (before.status, replayed.status) != (409, 409)
        subject = f"{voters} voters whose answers were cut, {kind}"
        yield _figure(subject, "receipts that differ for one form", differ)
        yield _figure(subject, "answers other than a receipt, or 409 to what is old or early", wrong)
        yield _figure(subject, "ballots other than the last one of each", abs(_changed(site) - voters))


def _forgotten(place: Place, voters: int) -> Iterator[Figure]:
    with clerks(place, 2, fault="forgetful") as office:
        site = boxes.opened(place.database, place.folder, ON_ROLL)
        answers = [
            answer
            for voter in site.voters[:voters]
            for answer in _sent_thrice(office, site, form(site, voter), "yes")
        ]
        yield _figure("forgetful", "forms sent again without a receipt", _count(answers, 409))


def _sent_thrice(office: Office, site: Site, paper: boxes.Ticket, ballot: str) -> Sequence[Answer]:
    """Once without waiting for the answer, then twice at once."""
    before = _stored(site)
    Client(office).post_and_hang_up(paper, ballot)
    _await(site, before)
    return at_once([partial(Client(office).until_answered, paper, ballot) for _ in range(2)])


def _await(site: Site, before: int) -> None:
    """A form that nobody waits for is taken, or will not be."""
    end = time.monotonic() + MOMENT
    while _stored(site) == before and time.monotonic() < end:
        time.sleep(0.005)


def _stored(site: Site) -> int:
    """Grows with every ballot and every change."""
    with site.database.read() as session:
        return session.scalar(select(func.sum(Cast.rev)).where(Cast.box_id == site.box_id)) or 0


def _changed(site: Site) -> int:
    """Slots whose ballot is the second of its voter."""
    with site.database.read() as session:
        second = select(func.count()).select_from(Cast).where(Cast.box_id == site.box_id, Cast.rev == 2)
        return session.scalar(second) or 0


def _box(place: Place, **times: object) -> Site:
    return boxes.opened(place.database, place.folder, ON_ROLL, **times)


def _votes(office: Office, site: Site, voters: int) -> list[Answer]:
    client = Client(office)
    return [client.until_answered(form(site, voter), "yes") for voter in site.voters[:voters]]


def _closes_early(site: Site) -> int:
    """The worker of a server whose clock is ahead takes the box for one that is due."""
    with clock.stopped(clock.now() + AHEAD), site.begin() as session:
        try:
            closing.close(session, site.keys, None, site.box_id)
        except NotNow:
            return 0
        return 1


def _count(answers: Sequence[Answer], status: int) -> int:
    return sum(each.status == status for each in answers)


def _figure(subject: str, name: str, reached: float) -> Figure:
    return Figure(NAME, subject, name, reached, "", at_most=0)


RUN = Run(
    name=NAME,
    claim=(
        "T7: with an app whose clock is ten minutes wrong, boxes open and close by that of the database; "
        "and who got no answer, or sends a form twice or late, has the receipt of the ballot that counts."
    ),
    how=(
        "Clerks whose clock is ahead or behind by ten minutes take ballots for boxes on PostgreSQL that open "
        "or end five minutes from now, or have just done so. Then, on both databases, each voter's second "
        "form overtakes the first, both are sent once without waiting for the answer and twice at once, and "
        "the first again when it is old. On SQLite the app's clock is the only one."
    ),
    measure=measure,
    control="an app that trusts its own clock, and one that does not know a form again",
    broken=broken,
)
