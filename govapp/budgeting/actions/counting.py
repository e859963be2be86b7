"""Counting a round under a rule, and finding how far its losers were."""

from collections.abc import Callable, Mapping
from time import perf_counter

from sqlalchemy.orm import Session

from govapp.budgeting import queries
from govapp.budgeting.events import CountGivenUp, RoundCounted, RoundExplained
from govapp.budgeting.models import Count, GivenUp, Round
from govapp.budgeting.rules import rule_key
from govapp.core import clock
from govapp.core.audit import record
from govapp.core.db import fetch
from govapp.core.jobs import enqueue
from govapp.counting import measures
from govapp.counting.ballots import Election, Integers
from govapp.counting.count import count, votes_needed
from govapp.counting.patience import TooLong, at_most, most_steps
from govapp.counting.rule import Rule


def ask_counts(session: Session, actor_id: int | None, round_: Round) -> None:
    """Queue every count a page can show that is neither there nor given up; its own rule first."""
    wanted = [Rule.from_json(round_.rule), *(p.rule for p in queries.offered(round_).values())]
    for rule in wanted:
        is_done = queries.count_under(session, round_.id, rule) is not None
        if not is_done and not queries.is_given_up(session, round_.id, rule):
            payload = {"round_id": round_.id, "rule": rule.as_json()}
            enqueue(session, "count_round", payload, actor_id=actor_id, once=queries.once(round_.id, rule))


def compute_count(
    session: Session, round_: Round, rule: Rule, tell: Callable[[int, int | None], None] | None = None
) -> Count:
    """Count a round under a rule, writing nothing: the long part, outside any write transaction.

    Raises TooLong for a rule that is not the round's own, where other work would wait for it too long.
    """
    election, places = queries.election(session, round_)
    if rule_key(rule) != round_.rule_key:
        tell = at_most(most_steps(election), tell)
    counted = computed(election, places, rule, tell)
    counted.round_id = round_.id
    return counted


def computed(
    election: Election,
    places: Mapping[str, Mapping[str, Integers]],
    rule: Rule,
    tell: Callable[[int, int | None], None] | None = None,
) -> Count:
    """The count of an election under a rule, of a round that is still to be named."""
    started = perf_counter()
    outcome = count(election, rule, tell)
    milliseconds = round((perf_counter() - started) * 1000)
    written = outcome.as_json()
    steps = written.pop("steps")
    return Count(
        rule_key=rule_key(rule),
        rule=rule.as_json(),
        funded_count=len(outcome.funded),
        spent_satang=outcome.spent,
        outcome=written,
        steps=list(steps),
        measures=measures.measure(election, outcome.funded, places).as_json(),
        milliseconds=milliseconds,
        counted_at=clock.now(),
    )


def keep_count(session: Session, actor_id: int | None, counted: Count) -> Count:
    """Keep a computed count; when another worker was first, its row, which is equal, stands."""
    found = queries.count_under(session, counted.round_id, Rule.from_json(counted.rule))
    if found is not None:
        return found
    session.add(counted)
    funded, spent = counted.outcome["funded"], counted.outcome["spent"]
    record(session, actor_id, RoundCounted(counted.round_id, counted.rule_key, list(funded), spent))
    session.flush()
    if counted.rule_key == fetch(session, Round, counted.round_id).rule_key and queries.nearest_losers(
        counted
    ):
        enqueue(session, "explain_count", {"count_id": counted.id}, once=f"explain:{counted.id}")
    return counted


def give_up(session: Session, actor_id: int | None, round_id: int, rule: Rule) -> None:
    """Write down, once, that a round is not counted under this rule: it is not asked for again."""
    if not queries.is_given_up(session, round_id, rule):
        session.add(GivenUp(round_id=round_id, rule_key=rule_key(rule)))
        record(session, actor_id, CountGivenUp(round_id, rule_key(rule)))


def find_needed(
    session: Session, counted: Count, seconds: float, tell: Callable[[int, int | None], None] | None = None
) -> dict[str, int]:
    """How many further votes each loser was short of, the nearest first, as far as the seconds reach."""
    round_, rule = fetch(session, Round, counted.round_id), Rule.from_json(counted.rule)
    election, _places = queries.election(session, round_)
    losers = queries.nearest_losers(counted)
    ends, found = perf_counter() + seconds, dict[str, int]()

    def hurry(*_steps: int | None) -> None:
        if perf_counter() > ends:
            raise TooLong
        if tell:
            tell(len(found), len(losers))

    for code in losers:
        try:
            hurry()
            needed = votes_needed(election, rule, code, round_.voters, hurry)
        except TooLong:
            break
        if needed:
            found[code] = needed
    return found


def keep_needed(session: Session, count_id: int, needed: Mapping[str, int]) -> None:
    """Write down beside each loser how many further votes it was short of."""
    counted = fetch(session, Count, count_id, lock=True)
    reasons = counted.outcome["projects"]
    added = {code: {**reasons[code], "votes_needed": votes} for code, votes in needed.items()}
    counted.outcome = {**counted.outcome, "projects": reasons | added}
    record(session, None, RoundExplained(counted.round_id, counted.rule_key, len(needed)))
