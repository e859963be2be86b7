"""What people are told when a lower slice announces something."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy.orm import Session

from govapp.accounts.events import people as accounts
from govapp.accounts.events import posts as post_events
from govapp.accounts.models.posts import Grant, Handover
from govapp.accounts.queries import posts
from govapp.accounts.rules.posts import CONFIRM_WITHIN, GIVERS, Standing, standing
from govapp.accounts.wording import post_name
from govapp.ballotbox.events import CheckpointSigned
from govapp.ballotbox.models import BallotBox
from govapp.ballotbox.queries import log, observers
from govapp.budgeting import queries as rounds
from govapp.budgeting.models import Round, RoundProject
from govapp.budgeting.rules import USED
from govapp.budgeting.wording import in_words
from govapp.core import clock, dates, language
from govapp.core.db import fetch
from govapp.core.translations import told
from govapp.counting.outcome import Why
from govapp.editions.events import ResultPublished
from govapp.editions.models import Edition, EditionProject
from govapp.editions.queries import ballots as editions
from govapp.editions.wording import FEW_VOTED
from govapp.notifications import actions, queries
from govapp.notifications.actions import write, write_all
from govapp.notifications.rules import KNOWN_EVERY
from govapp.rolls.events import RollClaimDecided
from govapp.rolls.models.claims import RollClaim
from govapp.rolls.wording import WISHES

SECURITY = {  # what happened -> its name in templates/notifications/_security.txt
    accounts.PasswordReset: "password-reset",
    accounts.PasswordChanged: "password-changed",
    accounts.SecondFactorTurnedOn: "second-factor-on",
    accounts.SecondFactorTurnedOff: "second-factor-off",
    accounts.SecondFactorReset: "second-factor-reset",
    accounts.RecoveryCodesRenewed: "recovery-codes-renewed",
}


def send_link(session: Session, event: accounts.LinkOpened) -> None:
    write(session, event.user_id, event.purpose, link_id=event.link_id)


def tell_account_exists(session: Session, event: accounts.SignedUpAgain) -> None:
    if not queries.was_told_since(session, event.user_id, "known", clock.now() - KNOWN_EVERY):
        write(session, event.user_id, "known")


def welcome(session: Session, event: accounts.AddressVerified) -> None:
    write(session, event.user_id, "welcome")


def forget_person(session: Session, event: accounts.AccountClosed) -> None:
    actions.forget_person(session, event.user_id)


def tell_of_safety(session: Session, event: Any) -> None:
    """One of the events in SECURITY."""
    write(session, event.user_id, "security", what=SECURITY[type(event)])


def ask_to_confirm(session: Session, event: post_events.GrantProposed) -> None:
    """Everybody who may be the second person."""
    grant = fetch(session, Grant, event.grant_id)
    area, giver = grant.post.area, grant.given_by
    if area is None or giver is None:
        return
    people = {each.id for role in GIVERS[grant.post.role] for each in posts.holders(session, role, area)}
    until = dates.local_day(grant.given_at + CONFIRM_WITHIN).isoformat()
    names = {"giver": giver.name, "name": grant.user.name, "post": _post_of(grant), "until": until}
    said = {"grant_id": grant.id, **names}
    write_all(
        session, people - {giver.id, grant.user_id}, "post_to_confirm", path=f"/grants/{grant.id}", **said
    )


def tell_given(session: Session, event: post_events.GrantConfirmed) -> None:
    _tell_of_post(session, event.grant_id, "given", "/desk")


def tell_refused(session: Session, event: post_events.GrantRefused) -> None:
    _tell_of_post(session, event.grant_id, "refused", f"/grants/{event.grant_id}")


def tell_ended(session: Session, event: post_events.GrantEnded) -> None:
    _tell_of_post(session, event.grant_id, "ended", f"/grants/{event.grant_id}")


def tell_successor(session: Session, event: post_events.PostHandedOver) -> None:
    handover = fetch(session, Handover, event.handover_id)
    _tell_of_post(session, handover.grant_id, "handed-over", f"/handovers/{handover.id}")


def tell_observers(session: Session, event: CheckpointSigned) -> None:
    """Everybody who follows the box keeps the note, so that nobody can take it back."""
    people = observers.of_box(session, event.box_id)
    if people:
        box = fetch(session, BallotBox, event.box_id)
        title = _words_of(box, "title")
        (newest,) = log.checkpoints(session, event.box_id, most=1)
        path = f"/boxes/{event.box_id}/observe"
        write_all(session, people, "checkpoint", path=path, title=title, size=event.size, note=newest.note)


def tell_proposers(session: Session, event: ResultPublished) -> None:
    """Whoever proposed a project learns what became of it, and why."""
    for round_ in editions.rounds(session, event.edition_id):
        for proposed, voted_on in editions.proposed(session, event.edition_id, round_.id):
            _tell_proposer(session, proposed, voted_on, round_)
    edition = fetch(session, Edition, event.edition_id)
    path, reason = f"/boxes/{edition.box_id}", _in_each_language(lambda: language.gettext(FEW_VOTED))
    for proposed, is_funded in editions.proposed_apart(session, edition):
        said = {
            "title": _words_of(proposed, "title", edition.languages),
            "round": _words_of(edition, "title"),
            "funded": is_funded,
            "reason": reason,
        }
        write(session, proposed.proposer_id or 0, "project_result", path=path, **said)


def tell_claimant(session: Session, event: RollClaimDecided) -> None:
    """What an officer corrected without being asked has no claimant."""
    claim = fetch(session, RollClaim, event.roll_claim_id)
    if claim.user_id is None:
        return
    wish = _in_each_language(lambda: language.gettext(WISHES[claim.wish]))
    roll = _words_of(claim.roll, "title")
    said = {"roll": roll, "wish": wish, "accepted": event.accepted, "reason": claim.why}
    write(session, claim.user_id, "claim_decided", path=f"/rolls/{claim.roll_id}", **said)


def _tell_proposer(session: Session, proposed: EditionProject, voted_on: RoundProject, round_: Round) -> None:
    counted = rounds.counts(session, round_)[USED]
    projects = rounds.projects(session, round_.id)
    why = Why.from_json(counted.outcome["projects"][voted_on.code])
    said = {
        "title": _words_of(voted_on, "name"),
        "round": _words_of(round_, "name"),
        "funded": why.funded,
        "reason": _in_each_language(
            lambda: in_words(why, {each.code: told(each, "name") for each in projects}, round_.currency)
        ),
    }
    path = f"/rounds/{round_.id}/projects/{voted_on.id}"
    write(session, proposed.proposer_id or 0, "project_result", path=path, **said)


def _tell_of_post(session: Session, grant_id: int, what: str, path: str) -> None:
    grant = fetch(session, Grant, grant_id)
    days = {
        "first": dates.local_day(grant.starts_at).isoformat(),
        "last": dates.last_day(grant.ends_at).isoformat(),
    }
    said: dict[str, Any] = {
        "what": what,
        "post": _post_of(grant),
        "reason": grant.closing_reason,
        **days,
    }
    if standing(grant) is Standing.PROPOSED:
        said["grant_id"] = grant.id  # the notice says how it stands by now
    write(session, grant.user_id, "post", path=path, **said)


def _post_of(grant: Grant) -> dict[str, str]:
    """The post's name by language: a letter is put into words later."""
    return _in_each_language(lambda: post_name(grant.post))


def _words_of(thing: Any, name: str, languages: Collection[str] | None = None) -> dict[str, str]:
    return _in_each_language(lambda: told(thing, name, languages=languages))


def _in_each_language(said: Callable[[], str]) -> dict[str, str]:
    found = {}
    for code in language.available():
        with language.use(code):
            found[code] = said()
    return found
