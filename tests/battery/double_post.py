"""T2: however often and at the same time a voter posts, one ballot is in the box."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from sqlalchemy import func, select, text

from benchmarks.figures import Figure
from govapp.ballotbox.models import Cast
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.battery import ballot_page, faults
from tests.battery.frame import Run
from tests.battery.office import Answer, Client, Office, at_once, clerks, form
from tests.battery.sites import DATABASES, Place, database

NAME = "double-post"
ON_ROLL = 200
ON_PAGES = 8  # posts at once: no voter may send more than ten in a minute


def measure(short: bool) -> Iterator[Figure]:
    voters, posts = (8, 16) if short else (ON_ROLL, 64)
    for kind in DATABASES:
        with database(kind) as place, clerks(place) as office:
            site = boxes.opened(place.database, place.folder, ON_ROLL)
            answers = [_posted(site, office, voter, posts, same=True) for voter in site.voters[:voters]]
            yield from _same_form(site, answers, f"{voters} voters × {posts} posts, {kind}")
            site = boxes.opened(place.database, place.folder, ON_ROLL)
            answers = [_posted(site, office, voter, posts, same=False) for voter in site.voters[:voters]]
            yield from _many_forms(site, answers, f"{voters} voters × {posts} forms, {kind}")
            yield from _pages(place, voters, kind)


def broken(short: bool) -> Iterator[Figure]:
    voters, posts = (8, 16) if short else (ON_ROLL, 64)
    with database("postgresql") as place:
        site = boxes.opened(place.database, place.folder, ON_ROLL)
        with place.database.engine.begin() as connection:
            for statement in faults.KEYLESS:
                connection.execute(text(statement))
        with clerks(place, fault="check-then-insert") as office:
            for voter in site.voters[:voters]:
                _posted(site, office, voter, posts, same=True)
        subject = f"{voters} voters × {posts} posts, check-then-insert"
        yield _figure(subject, "ballots more than voters", _ballots(site) - voters)


def _same_form(site: Site, answers: list[list[Answer]], subject: str) -> Iterator[Figure]:
    """A double tap, sixty-four times at once."""
    wrong = sum(each.status != 200 for of_voter in answers for each in of_voter)
    differ = sum(len({(each.code, each.promise) for each in of_voter}) - 1 for of_voter in answers)
    first = sum(not each.is_repeat for of_voter in answers for each in of_voter)
    yield _figure(subject, "ballots more or fewer than voters", abs(_ballots(site) - len(answers)))
    yield _figure(subject, "answers without a receipt", wrong)
    yield _figure(subject, "receipts that differ for one form", differ)
    yield _figure(subject, "ballots said to be new, more or fewer than voters", abs(first - len(answers)))


def _many_forms(site: Site, answers: list[list[Answer]], subject: str) -> Iterator[Figure]:
    """A form in each of many windows: one is taken, and the others are told that they are stale."""
    told = Counter(each.status for of_voter in answers for each in of_voter)
    receipts = sum([each.status for each in of_voter].count(200) != 1 for of_voter in answers)
    yield _figure(subject, "ballots more or fewer than voters", abs(_ballots(site) - len(answers)))
    yield _figure(subject, "voters without exactly one receipt", receipts)
    yield _figure(subject, "answers other than a receipt and 409", told.total() - told[200] - told[409])


def _pages(place: Place, voters: int, kind: str) -> Iterator[Figure]:
    """The same through the ballot page: session, token, form and receipt."""
    question, shown = ballot_page.posted(place, voters, ON_PAGES)
    subject = f"{voters} voters × {ON_PAGES} posts to the page, {kind}"
    wrong = sum(not each.code for of_voter in shown for each in of_voter)
    differ = sum(len({each.code for each in of_voter}) - 1 for of_voter in shown)
    yield _figure(subject, "ballots more or fewer than voters", abs(_ballots(question.site) - voters))
    yield _figure(subject, "answers without a receipt", wrong)
    yield _figure(subject, "receipts that differ for one form", differ)


def _posted(site: Site, office: Office, voter: str, posts: int, same: bool) -> list[Answer]:
    """Every post over a connection of its own, all at the same time."""
    forms = [form(site, voter)] * posts if same else [form(site, voter) for _ in range(posts)]
    return at_once([partial(Client(office).until_answered, each, "yes") for each in forms])


def _ballots(site: Site) -> int:
    with site.database.read() as session:
        counted = select(func.count()).select_from(Cast).where(Cast.box_id == site.box_id)
        return session.scalar(counted) or 0


def _figure(subject: str, name: str, reached: float) -> Figure:
    return Figure(NAME, subject, name, reached, "", at_most=0)


RUN = Run(
    name=NAME,
    claim=(
        "T2: 200 voters who each send a ballot 64 times at the same moment leave 200 ballots; the same form "
        "gets the same receipt each time, and of several forms one is taken."
    ),
    how=(
        "Four processes with a thread for each connection take ballots through the action that the page "
        "calls, over connections of their own. For each voter 64 clients wait for each other and post at "
        "once: first the same form, then, in a second box, 64 different forms. Then eight clients a voter "
        "post one form to the ballot page of the site as `govapp serve` starts it."
    ),
    measure=measure,
    control="a cast that looks whether the slot is free and then inserts, on the table without its key",
    broken=broken,
)
