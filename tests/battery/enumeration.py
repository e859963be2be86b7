"""T13: whoever tries addresses one after the other learns nothing about who has an account."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np

from benchmarks.figures import Figure
from tests.battery.doors import DOORS, UNKNOWN, Door, settle
from tests.battery.frame import Run
from tests.battery.sites import DATABASES, database, served
from tests.battery.stranger import Stranger, Tried

NAME = "enumeration"
MS_APART = 5.0
RESAMPLES = 2_000

Compare = Callable[[str, Door, Sequence[Tried], Sequence[Tried]], Iterator[Figure]]


def measure(short: bool) -> Iterator[Figure]:
    for kind in DATABASES:
        yield from _on(kind, 3 if short else 500, _alike)
        if not short:
            yield from _on(kind, 500, _times, "unhashed")


def broken(short: bool) -> Iterator[Figure]:
    yield from _on("sqlite", 3 if short else 50, _betrayed, "tells")


def _on(kind: str, tries: int, compare: Compare, variant: str = "") -> Iterator[Figure]:
    with database(kind) as place:
        settle(place, tries)
        with served(place, variant) as port:
            for door in DOORS:
                found = _tried(door, Stranger(port, place), tries)
                for each in door.kinds:
                    subject = ", ".join(part for part in (door.path, each, kind, variant) if part)
                    yield from compare(subject, door, found[each], found[UNKNOWN])


def _tried(door: Door, stranger: Stranger, tries: int) -> dict[str, list[Tried]]:
    """Every kind in turn, in an order that is drawn anew each time."""
    order, found = random.Random(13), {kind: list[Tried]() for kind in (UNKNOWN, *door.kinds)}
    stranger.open(door.path)
    for number in range(tries):
        for kind in order.sample(list(found), len(found)):
            found[kind].append(stranger.tries(door, door.word(kind, number)))
    return found


def _alike(subject: str, door: Door, known: Sequence[Tried], unknown: Sequence[Tried]) -> Iterator[Figure]:
    """Whether there is any difference, of which a fault could be the cause."""
    unusual = sum(each.status != door.status for each in (*known, *unknown))
    yield Figure(NAME, subject, f"answers other than {door.status}", unusual, "", at_most=0)
    yield _bytes(subject, known, unknown)
    yield _hashes(subject, door, known, unknown)
    yield from _times(subject, door, known, unknown)


def _betrayed(subject: str, door: Door, known: Sequence[Tried], unknown: Sequence[Tried]) -> Iterator[Figure]:
    """What the fault must show in; where nothing is hashed, no time is lost by leaving it out."""
    yield _bytes(subject, known, unknown)
    if door.hashes:
        yield _hashes(subject, door, known, unknown)
        yield from _times(subject, door, known, unknown)


def _bytes(subject: str, known: Sequence[Tried], unknown: Sequence[Tried]) -> Figure:
    answers = [each.answer for each in (*known, *unknown)]
    ((_usual, number),) = Counter(answers).most_common(1)
    name = f"of {len(answers)} answers, unlike the others"
    return Figure(NAME, subject, name, len(answers) - number, "", at_most=0)


def _hashes(subject: str, door: Door, known: Sequence[Tried], unknown: Sequence[Tried]) -> Figure:
    others = sum(each.hashes != door.hashes for each in (*known, *unknown))
    return Figure(NAME, subject, f"tries that cost not {door.hashes} password hash", others, "", at_most=0)


def _times(subject: str, _door: Door, known: Sequence[Tried], unknown: Sequence[Tried]) -> Iterator[Figure]:
    with_, without = ([each.seconds for each in tried] for tried in (known, unknown))
    difference, doubt = apart(with_, without)
    yield Figure(NAME, subject, "median time", median(with_) * 1000, "ms")
    yield Figure(NAME, subject, "median time, unknown", median(without) * 1000, "ms")
    yield Figure(NAME, subject, "medians apart", abs(difference) * 1000, "ms", at_most=MS_APART)
    yield Figure(NAME, subject, "in doubt by (95 %)", doubt * 1000, "ms")


def apart(known: Sequence[float], unknown: Sequence[float]) -> tuple[float, float]:
    """The difference of the medians, and how far chance may have moved it (half of the 95 % interval)."""
    draw = np.random.default_rng(13)
    again = [
        np.median(draw.choice(np.array(times), (RESAMPLES, len(times))), axis=1) for times in (known, unknown)
    ]
    low, high = np.quantile(again[0] - again[1], (0.025, 0.975))
    return median(known) - median(unknown), float(high - low) / 2


RUN = Run(
    name=NAME,
    claim=(
        "T13: signing in, asking for a new password and signing up answer alike and in the same time, "
        "whether an address has an account or not; and so does an access code that is over, and one that "
        "never was."
    ),
    how=(
        "The site as `govapp serve` starts it, without a worker beside it, is asked by one stranger, one try "
        "after the other, 500 of each kind, mixed. Every try is about another address or code, and comes "
        "from another network address of 127.0.0.0/8 (X-Forwarded-For, GOVAPP_TRUSTED_PROXIES=1): so the "
        "limits of tries stay as they are, and are never reached. Answers are compared byte for byte, "
        "headers and all; only the date, the CSRF token, its cookie and what was typed are taken out. Times "
        "are told with the spread that chance gives their difference; and once more on a variant that hashes "
        "nothing (unhashed), where the spread is small and whatever else differs stands out."
    ),
    measure=measure,
    control="unknown addresses cost no hash, and answers to what is unknown have one space more",
    broken=broken,
)
