"""How somebody with a copy of the database could join voters, sealed ballots and entries of the log."""

import math
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tests.battery.linkage_copy import OF_THE_VOTE, Copy, Row, Trace
from tests.battery.linkage_world import Person

NEAR = (0, 1, -1, 2, -2)  # transactions between what somebody did and the ballot
THREE_SIGMAS, FIVE_SIGMAS = 0.00135, 2.9e-7  # the upper tail of a normal distribution beyond them

SLOT_ORDERS: Mapping[str, Callable[[bytes, Row], Any]] = {
    "first writer": lambda slot, row: row.born,
    "last writer and place": lambda slot, row: (row.xmin, row.place),
    "place": lambda slot, row: row.place,
    "place in the index": lambda slot, row: row.first_place,
    "slot": lambda slot, row: slot,
}
TRACE_ORDERS: Mapping[str, Callable[[Trace], Any]] = {
    "writer": lambda trace: (trace.xmin, trace.place),
    "locker": lambda trace: (trace.xmax, trace.place),
    "place": lambda trace: trace.place,
    "name": lambda trace: trace.who,
}


@dataclass(frozen=True)
class Best:
    """The rule that joins most: how many, of how many rules."""

    joined: int
    rule: str
    rules: int
    guess: Mapping[Any, bytes]


def to_slots(copy: Copy, people: Sequence[Person], truth: Mapping[Person, bytes], only_vote: bool) -> Best:
    """Voters and the rows of their sealed ballots. only_vote: without what else tells of people."""
    by_name = {name: person for person in people for name in (person.voter, str(person.user_id))}
    rules: dict[str, Mapping[Person, bytes]] = {}
    for table, traces in copy.traces.items():
        if only_vote and not table.startswith(OF_THE_VOTE):
            continue
        known = [trace for trace in traces if trace.who in by_name]
        for distance in NEAR:
            rules[f"{table}, {distance:+} transactions"] = _near(copy, known, distance, by_name)
        rules[f"{table}, the last one before"] = _last_before(copy, known, by_name)
        for (name, order), (other, key) in product(TRACE_ORDERS.items(), SLOT_ORDERS.items()):
            in_order = list(dict.fromkeys(by_name[trace.who] for trace in sorted(known, key=order)))
            rows = sorted(copy.slots, key=lambda slot: key(slot, copy.slots[slot]))
            rules[f"{table} by {name}, {other}"] = dict(zip(in_order, rows, strict=False))
            rules[f"{table} by {name} backwards, {other}"] = dict(zip(in_order[::-1], rows, strict=False))
    return _best(rules, truth)


def to_entries(
    copy: Copy, log: Sequence[bytes], counted: set[bytes], sizes: Sequence[int], truth: Mapping[bytes, bytes]
) -> tuple[Best, list[float]]:
    """Sealed ballots and their entries, and for each slot the chance of a guess in its batch."""
    batches = [log[start:end] for start, end in zip([0, *sizes], sizes, strict=False)]
    ways: dict[str, dict[bytes, bytes]] = defaultdict(dict)
    chances = []
    for entries, group in _by_batch(copy, batches):
        open_entries = [leaf for leaf in entries if leaf in counted]
        chances += [1 / max(1, len(open_entries)) for slot in group if slot in truth]
        for name, key in SLOT_ORDERS.items():
            rows = sorted(group, key=lambda slot: key(slot, copy.slots[slot]))
            for other, leaves in (("log", open_entries), ("leaf", sorted(open_entries))):
                ways[f"{name}, {other}"].update(zip(rows, leaves, strict=False))
                ways[f"{name}, {other} backwards"].update(zip(rows, leaves[::-1], strict=False))
        ways["in clear"].update(_in_clear(copy, group, open_entries))
    return _best(ways, truth), chances


def limit(chances: Iterable[float], rules: int, false_alarm: float = THREE_SIGMAS) -> int:
    """How many the best of so many rules joins by luck, but for a false alarm of that probability."""
    expected = sum(chances)
    term = total = math.exp(-expected)
    at_most = 0
    while rules * (1 - total) > false_alarm:
        at_most += 1
        term *= expected / at_most
        total += term
    return at_most


def _near(
    copy: Copy, traces: Sequence[Trace], distance: int, by_name: Mapping[str, Person]
) -> dict[Person, bytes]:
    """Who left a trace just so many transactions from the writing of a ballot, and nobody else did."""
    who: dict[int, set[Person]] = defaultdict(set)
    for trace in traces:
        for at in {trace.xmin, trace.xmax}:
            who[at].add(by_name[trace.who])
    found = {}
    for slot, row in copy.slots.items():
        for writer in sorted(row.writers, reverse=True):
            some = who.get(writer + distance, set())
            if len(some) == 1:
                found[next(iter(some))] = slot
    return found


def _last_before(copy: Copy, traces: Sequence[Trace], by_name: Mapping[str, Person]) -> dict[Person, bytes]:
    """Who left the latest trace before a ballot was first written."""
    marks = sorted((trace.xmin, trace.who) for trace in traces)
    found = {}
    for slot, row in copy.slots.items():
        at = bisect(marks, (row.born, ""))
        if at:
            found[by_name[marks[at - 1][1]]] = slot
    return found


def _by_batch(
    copy: Copy, batches: Sequence[Sequence[bytes]]
) -> Iterator[tuple[Sequence[bytes], list[bytes]]]:
    """Entries of a batch with the slots that it wrote; what waited at the copy came in later ones."""
    groups: dict[int, list[bytes]] = defaultdict(list)
    for slot, row in copy.slots.items():
        groups[copy.batches.get(row.xmin, 0)].append(slot)
    waiting = groups.pop(0, [])
    for number, group in groups.items():
        yield batches[number - 1], group
    yield [leaf for batch in batches[max(copy.batches.values()) :] for leaf in batch], waiting


def _in_clear(copy: Copy, group: Iterable[bytes], entries: Sequence[bytes]) -> dict[bytes, bytes]:
    """Entries that stand in the row itself, as it is or was."""
    return {
        slot: leaf
        for slot in group
        for version in copy.slots[slot].versions
        for leaf in entries
        if leaf in version.raw
    }


def _best(rules: Mapping[str, Mapping[Any, bytes]], truth: Mapping[Any, bytes]) -> Best:
    joined = {
        name: sum(truth.get(one) == other for one, other in rule.items()) for name, rule in rules.items()
    }
    name = max(joined, key=lambda each: joined[each])
    return Best(joined[name], name, len(rules), rules[name])
