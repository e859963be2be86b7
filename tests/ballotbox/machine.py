"""A box that is used in any order, beside a model (story.py) that says what must come of each deed.

A crash is a deed that was done and not committed. At the end of each story the box is opened, its bundles
are verified, and every receipt that was ever given is looked up.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from govapp.ballotbox.actions import batches, casting, closing, notices, paper
from govapp.ballotbox.models import Status
from govapp.ballotbox.queries import box_keys, log
from govapp.ballotbox.rules.tickets import Ticket
from govapp.core.errors import NotNow, Unavailable, Unreadable
from tests.ballotbox import boxes
from tests.ballotbox.story import ACTIVE, OPTIONS, FragileSite, Given, Story

ILLEGAL = "maybe"
OBJECTION_HOURS = 2
AFTER_OBJECTIONS = boxes.LATER + timedelta(hours=OBJECTION_HOURS + 1)

voters = st.integers(0, ACTIVE - 1)
crashes = st.integers(0, 5).map(lambda number: number == 5)


class Life(RuleBasedStateMachine):
    """One box of 30 voters, of whom four do something."""

    fresh: ClassVar[Callable[[], FragileSite]]  # an open box
    forms = Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(type(self).fresh())
        self.site = self.story.site

    @rule(target=forms, voter=voters)
    def fetch_form(self, voter: int) -> tuple[int, Ticket]:
        known = self.story.voters[voter]
        if self.story.status is Status.OPEN:
            assert self.site.rev(known.id) == len(known.given)
        return voter, Ticket.new(self.site.box_id, known.id, len(known.given))

    @rule(target=forms, voter=voters, ballot=st.sampled_from(OPTIONS), crash=crashes)
    def vote(self, voter: int, ballot: str, crash: bool) -> tuple[int, Ticket]:
        """With a form that was just fetched; what is left of it can be sent again."""
        form = self.fetch_form(voter)
        self.post_form(form, ballot, crash)
        return form

    @rule(form=forms, ballot=st.sampled_from([*OPTIONS, *OPTIONS, ILLEGAL]), crash=crashes)
    def post_form(self, form: tuple[int, Ticket], ballot: str, crash: bool) -> None:
        """The same form any number of times, in any order, at any time, also with another ballot."""
        story, (voter, ticket) = self.story, form
        known = story.voters[voter]
        cast = partial(self.site.cast, known.id, ballot, ticket)
        if not story.has_key:
            story.refused(cast, Unavailable, box_keys.NO_KEY)
        elif story.status is not Status.OPEN:
            story.refused(cast, NotNow, casting.TOO_LATE)
        elif ballot == ILLEGAL:
            story.refused(cast, Unreadable, casting.NOT_LEGAL)
        elif known.on_paper:
            story.refused(cast, NotNow, casting.ON_PAPER)
        elif known.given and known.given[-1].token == ticket.token:
            repeat = cast()
            assert (repeat.code, repeat.rev) == (known.given[-1].code, len(known.given))
            assert repeat.is_repeat
        elif len(known.given) != ticket.rev:
            story.refused(cast, NotNow, casting.STALE)
        elif receipt := story.done(cast, crash):
            assert (receipt.rev, receipt.is_repeat) == (ticket.rev + 1, False)
            known.given.append(Given(receipt.code, ballot, ticket.token))

    @rule(voter=voters, crash=crashes)
    def lock_for_paper(self, voter: int, crash: bool) -> None:
        story, known = self.story, self.story.voters[voter]

        def lock() -> bool:
            with self.site.begin() as session:
                return paper.lock_for_paper(session, self.site.keys, self.site.box_id, known.id)

        if not story.has_key:
            story.refused(lock, Unavailable, box_keys.NO_KEY)
        elif story.status is not Status.OPEN:
            story.refused(lock, NotNow, casting.TOO_LATE)
        elif (voids := story.done(lock, crash)) is not None:
            assert voids == (bool(known.given) and not known.on_paper)
            known.on_paper, known.is_voided = True, bool(known.given)

    @precondition(lambda self: self.story.status is Status.OPEN)
    @rule(crash=crashes)
    def publish_batch(self, crash: bool) -> None:
        with self.site.database.read() as session:
            waiting = log.waiting(session, self.site.box_id)
        put = self.story.done(self.site.publish_batch, crash)
        enough = waiting >= batches.WAITING_FOR_BATCH
        assert put in (None, waiting - batches.LEFT_WAITING if enough else 0)

    @precondition(lambda self: self.story.status is Status.OPEN)
    @rule(crash=crashes)
    def announce(self, crash: bool) -> None:
        def tell() -> bool:
            with self.site.begin() as session:
                notice = notices.ask(session, self.site.officer(session), self.site.box_id, "สมมติ")
                notices.publish(session, self.site.keys, self.site.second(session), notice.id)
            return True

        self.story.notices += bool(self.story.done(tell, crash))

    @rule()
    def close_too_early(self) -> None:
        def close() -> None:
            with self.site.begin() as session:
                closing.close(session, self.site.keys, None, self.site.box_id)

        self.story.refused(close, NotNow)

    @precondition(lambda self: self.story.status is Status.OPEN)
    @rule(crash=crashes, chance=st.integers(0, 4))
    def close(self, crash: bool, chance: int = 0) -> None:
        """Now and then only, so that stories have a middle."""
        if chance == 0 and self.story.done(_told(self.site.close), crash):
            self.story.status = Status.CLOSED

    @rule(voter=voters, crash=crashes)
    def object_to(self, voter: int, crash: bool) -> None:
        story, known = self.story, self.story.voters[voter]

        def uphold() -> bool:
            with self.site.begin() as session:
                return paper.uphold_objection(session, self.site.keys, None, self.site.box_id, known.id)

        if story.status is not Status.CLOSED:
            story.refused(uphold, NotNow, paper.NOT_IN_TIME)
        elif (had_voted := story.done(uphold, crash)) is not None:
            assert had_voted == known.counts
            known.is_voided = known.is_voided or had_voted

    @rule(crash=crashes)
    def finish(self, crash: bool) -> None:
        def finish() -> None:
            with boxes.later(self.site, AFTER_OBJECTIONS) as session:
                closing.finish(session, self.site.keys, self.site.officer(session), self.site.box_id)

        if self.story.status is not Status.CLOSED:
            self.story.refused(finish, NotNow)
        elif self.story.done(_told(finish), crash):
            self.story.status = Status.FINAL

    @rule(crash=crashes)
    def destroy_key(self, crash: bool) -> None:
        story, destroy = self.story, _told(self.site.destroy)
        if story.status is not Status.FINAL:
            story.refused(destroy, NotNow, closing.NOT_FINAL)
            return
        story.has_key = False  # whatever becomes of the row
        story.is_destroyed = bool(story.done(destroy, crash)) or story.is_destroyed

    @rule(crash=crashes)
    def open_box(self, crash: bool) -> None:
        story = self.story
        if story.status is not Status.FINAL or not story.is_destroyed:
            story.refused(self.site.open, NotNow)
        elif (result := story.done(self.site.open, crash)) is not None:
            story.status = Status.OPENED
            given = Counter(voter.given[-1].ballot for voter in story.voters if voter.counts)
            assert result["districts"] == {"": {option: given[option] for option in OPTIONS}}

    @invariant()
    def nothing_is_lost_added_or_changed(self) -> None:
        self.story.check()

    def teardown(self) -> None:
        """The story is told to its end."""
        try:
            self.story.check_traces()
            if self.story.status is Status.OPEN:
                self.close(False)
            if self.story.status is Status.CLOSED:
                self.finish(False)
            if self.story.status is Status.FINAL:
                self.destroy_key(False)
                self.open_box(False)
            self.nothing_is_lost_added_or_changed()
            self.story.check_traces()
            self.story.check_end()
        finally:
            self.site.database.engine.dispose()


def _told(deed: Callable[[], Any]) -> Callable[[], bool]:
    """The deed, which gives True where it is done."""

    def do() -> bool:
        deed()
        return True

    return do
