"""Which letters there are, and how each comes: tables, without a database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from govapp.config import folder
from govapp.notifications import rules, wording
from govapp.notifications.forms import PreferencesForm
from govapp.notifications.models import Delivery, Letter, LetterState, Topic

NO_KINDS = {"letter", rules.DIGEST}  # the paper, and what holds others


def names(end: str) -> set[str]:
    files: list[Path] = [*(folder("templates") / "notifications").glob(f"*.{end}")]
    return {file.stem for file in files if not file.name.startswith("_")}


def test_every_template_of_a_letter_is_of_one_kind_and_so_of_one_topic() -> None:
    assert names("txt") - NO_KINDS == set(rules.KINDS)
    assert set(rules.KINDS) | NO_KINDS <= names("html")


def test_every_topic_and_state_is_put_into_words() -> None:
    assert set(wording.TOPICS) == set(Topic)
    assert set(wording.WHY) == {*Topic, None}
    assert set(wording.DELIVERIES) == set(rules.BEGINS) == set(Delivery)
    assert set(wording.STATES) == set(LetterState)


def test_people_choose_about_every_topic_but_the_safety_of_their_account() -> None:
    assert [topic for topic in Topic if not rules.may_be_changed(topic)] == [Topic.SECURITY]
    assert all(hasattr(PreferencesForm, topic.value) for topic in rules.USUAL)


@pytest.mark.parametrize(
    ("topic", "usual"),
    [
        (Topic.SECURITY, Delivery.AT_ONCE),
        (Topic.POWERS, Delivery.AT_ONCE),
        (Topic.TASKS, Delivery.AT_ONCE),
        (Topic.NEWS, Delivery.DAILY),
    ],
)
def test_what_is_usual(topic: Topic, usual: Delivery) -> None:
    assert rules.usual(topic) is usual


@pytest.mark.parametrize(
    ("written", "leaves"),  # UTC; Bangkok is seven hours ahead
    [
        ("2026-11-24 23:59:59", "2026-11-25 00:00"),
        ("2026-11-25 00:00:00", "2026-11-26 00:00"),
        ("2026-11-25 00:00:01", "2026-11-26 00:00"),
        ("2026-11-25 16:59:00", "2026-11-26 00:00"),
        ("2026-11-25 17:01:00", "2026-11-26 00:00"),  # the next day in Bangkok has begun
        ("2026-12-31 20:00:00", "2027-01-01 00:00"),
    ],
)
def test_a_digest_leaves_at_seven_in_bangkok(written: str, leaves: str) -> None:
    now = datetime.fromisoformat(written).replace(tzinfo=UTC)
    assert rules.leaves_at(Delivery.DAILY, now) == datetime.fromisoformat(leaves).replace(tzinfo=UTC)
    assert rules.leaves_at(Delivery.AT_ONCE, now) == rules.leaves_at(Delivery.ON_SITE, now) == now


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (LetterState.WAITING, True),
        (LetterState.DEAD, True),
        (LetterState.SENT, False),
        (LetterState.FOR_DIGEST, False),
        (LetterState.KEPT, False),
    ],
)
def test_what_is_tried_again(state: LetterState, may: bool) -> None:
    assert rules.may_be_tried_again(Letter(state=state)) is may


def test_waits_between_tries_grow_to_six_hours() -> None:
    waits = [rules.wait_after(tries) for tries in range(1, 9)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=16)]
    assert max(waits) == timedelta(hours=6)


@pytest.mark.parametrize(
    ("email", "shown"), [("somchai@example.org", "s…@example.org"), (None, "–"), ("", "–")]
)
def test_addresses_are_masked(email: str | None, shown: str) -> None:
    assert wording.masked(email) == shown
