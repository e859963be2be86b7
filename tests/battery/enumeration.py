"""T13: whoever tries addresses one after the other learns nothing about who has an account."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.figures import Figure
from govapp.accounts.actions.sign_in import hash_password
from govapp.accounts.models import User
from govapp.core import clock
from tests.accounts.test_sign_up import ANSWERS
from tests.battery.frame import Run
from tests.battery.sites import DATABASES, Place, database, served
from tests.battery.stranger import Stranger, Tried
from tests.make import PASSWORD

NAME = "enumeration"
UNKNOWN, KNOWN, UNVERIFIED = "unknown", "present", "waiting"  # equally long: they stand in the addresses
SECONDS_APART = 0.005
RESAMPLES = 2_000


@dataclass(frozen=True)
class Page:
    """A form that takes an address.

    typed   what else is filled in
    status  of the answer to everybody
    kinds   of addresses that are compared with unknown ones
    """

    path: str
    typed: Mapping[str, str]
    status: int
    kinds: Sequence[str] = (KNOWN,)


PAGES = (
    Page("/sign-in", {"password": "not the password of anybody"}, 422),
    Page("/forgot", {}, 303),
    Page(
        "/sign-up",
        {name: value for name, value in ANSWERS.items() if name != "email"},
        303,
        (KNOWN, UNVERIFIED),
    ),
)


def measure(short: bool) -> Iterator[Figure]:
    for kind in DATABASES:
        yield from _on(kind, tries=5 if short else 500)


def broken(short: bool) -> Iterator[Figure]:
    yield from _on("sqlite", tries=5 if short else 50, fault="tells")


def _on(kind: str, tries: int, fault: str = "") -> Iterator[Figure]:
    with database(kind) as place:
        _settle(place, tries)
        with served(place, fault) as port:
            for page in PAGES:
                found = _tried(page, Stranger(port, place), tries)
                for known in page.kinds:
                    subject = f"{page.path}, {known}, {kind}"
                    yield from _compared(subject, page, found[known], found[UNKNOWN], is_whole=not fault)


def _settle(place: Place, tries: int) -> None:
    """People with accounts, one for each try of each page; their addresses are as long as all others."""
    password_hash = hash_password(PASSWORD)
    with place.database.write.begin() as session:
        for page in PAGES:
            for kind in page.kinds:
                for number in range(tries):
                    person = User(email=_address(page, kind, number), given_name="ทดสอบ")
                    person.password_hash = password_hash
                    person.verified_at = clock.now() if kind == KNOWN else None
                    session.add(person)


def _tried(page: Page, stranger: Stranger, tries: int) -> dict[str, list[Tried]]:
    """Every kind of address in turn, in an order that is drawn anew each time."""
    order, found = random.Random(13), {kind: list[Tried]() for kind in (UNKNOWN, *page.kinds)}
    stranger.open(page.path)
    for number in range(tries):
        for kind in order.sample(list(found), len(found)):
            found[kind].append(stranger.tries(page.path, page.typed, _address(page, kind, number)))
    return found


def _compared(
    subject: str, page: Page, known: Sequence[Tried], unknown: Sequence[Tried], is_whole: bool
) -> Iterator[Figure]:
    """is_whole  the app was not broken on purpose: then also figures that the fault leaves as they are"""

    def figure(name: str, reached: float, unit: str = "", at_most: float | None = None) -> Figure:
        return Figure(NAME, subject, name, reached, unit, at_most=at_most)

    both = [*known, *unknown]
    ((_usual, number),) = Counter(each.answer for each in both).most_common(1)
    difference, doubt = apart([each.seconds for each in known], [each.seconds for each in unknown])
    if is_whole:
        yield figure(f"answers other than {page.status}", sum(e.status != page.status for e in both), "", 0)
    yield figure(f"of {len(both)} answers, unlike the others", len(both) - number, "", 0)
    yield figure("tries that cost not exactly one hash", sum(each.hashes != 1 for each in both), "", 0)
    yield figure("median time, with an account", median(each.seconds for each in known) * 1000, "ms")
    yield figure("median time, without", median(each.seconds for each in unknown) * 1000, "ms")
    yield figure("medians apart", abs(difference) * 1000, "ms", SECONDS_APART * 1000)
    yield figure("in doubt by (95 %)", doubt * 1000, "ms")


def apart(known: Sequence[float], unknown: Sequence[float]) -> tuple[float, float]:
    """The difference of the medians, and how far chance may have moved it (half of the 95 % interval)."""
    draw = np.random.default_rng(13)
    again = [
        np.median(draw.choice(np.array(times), (RESAMPLES, len(times))), axis=1) for times in (known, unknown)
    ]
    low, high = np.quantile(again[0] - again[1], (0.025, 0.975))
    return median(known) - median(unknown), float(high - low) / 2


def _address(page: Page, kind: str, number: int) -> str:
    return f"{kind}{number:05}@{page.path[1:]}.example.org"


RUN = Run(
    name=NAME,
    claim=(
        "T13: signing in, asking for a new password and signing up answer alike and in the same time, "
        "whether an address has an account or not."
    ),
    how=(
        "The site as `govapp serve` starts it, without a worker beside it, is asked by one stranger, one try "
        "after the other, 500 of each kind, mixed. Every try is about another address and comes from another "
        "address of 127.0.0.0/8 (X-Forwarded-For, GOVAPP_TRUSTED_PROXIES=1), so the limits of tries stay as "
        "they are and are never reached. Answers are compared byte for byte, headers and all; only the date, "
        "the CSRF token, its cookie and the address that was typed are taken out. Times are told with the "
        "spread that chance gives their difference."
    ),
    measure=measure,
    control="unknown addresses cost no hash, and their answers have one space more",
    broken=broken,
)
