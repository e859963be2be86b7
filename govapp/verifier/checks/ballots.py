"""Checks of the ballots: they are legal, no more than voters, and come to the published result."""

from collections import Counter
from typing import Any

from govapp.counting import pabulib
from govapp.ledger.canonical import encode, from_hex
from govapp.ledger.faults import Fault, Forged, Malformed
from govapp.ledger.leaves import tie_commitment, tie_seed
from govapp.verifier.checks.log import Subject
from govapp.verifier.checks.skipped import NotNeeded, Skipped
from govapp.verifier.contents import Ballot, canonical_order
from govapp.verifier.contests import Budget, rows
from govapp.verifier.verdict import Check


def legal(subject: Subject) -> None:
    contests = subject.contents.configuration.contests
    for place, ballot in enumerate(subject.contents.ballots, start=1):
        if ballot.district == "" or ballot.contest not in contests:
            raise Forged("ballot {place} is of a district that does not vote", place=place)
        try:
            contests[ballot.contest].check(ballot.ballot)
        except Fault as error:
            raise Forged("ballot {place} is not legal: {why}", place=place, why=str(error)) from None
    if not subject.contents.has_openings:
        order = canonical_order(subject.contents.online)
        if order != sorted(order):
            raise Malformed("the ballots are not in the order of their canonical form")
    if subject.contents.withheld:
        raise _withheld(subject)


def turnout(subject: Subject) -> None:
    contents = subject.contents
    serials = sorted(serial for serial, _ballot in contents.paper)
    if serials != list(range(1, len(serials) + 1)):
        raise Forged("the paper ballots are not numbered from 1 without gaps")
    voted = Counter(ballot.contest for ballot in contents.ballots) + Counter(contents.withheld)
    for district, ballots in voted.items():
        if ballots > (voters := contents.configuration.roll.get(district, 0)):
            raise Forged(
                "{ballots} ballots of {voters} voters: {district}",
                ballots=ballots,
                voters=voters,
                district=district or "-",
            )


def files(subject: Subject) -> None:
    contents = subject.contents
    if not contents.result["files"]:
        raise NotNeeded()
    for district, name in contents.result["files"].items():
        contest = contents.configuration.contests.get(district)
        if not isinstance(contest, Budget) or name not in contents.bundle.files:
            raise Malformed("the bundle has no file {name}", name=name)
        counted = contest.election(_of(subject, district), contents.withdrawn)
        written = pabulib.read(contents.bundle.files[name], name).election
        costs = {project.id: project.cost for project in written.projects}
        if costs != {project.id: project.cost for project in counted.projects}:
            raise Forged("{name} has other projects or prices than those that were voted on", name=name)
        if written.budget != counted.budget:
            raise Forged("{name} has another budget than the one that was voted on", name=name)
        if rows(written) != rows(counted):
            raise Forged("{name} holds other ballots than those that are counted", name=name)


def ties(subject: Subject) -> None:
    commitment = subject.contents.configuration.tie_commitment
    if commitment is None:
        raise NotNeeded()
    if tie_commitment(_tie_secret(subject)) != commitment:
        raise Forged("the tie secret is not the one that the configuration commits to")


def result(subject: Subject) -> None:
    contents = subject.contents
    contests, told = contents.configuration.contests, contents.result["districts"]
    if told.keys() != contests.keys():
        raise Forged("the result is about other districts than those that voted")
    seed = tie_seed(_tie_secret(subject), subject.tree.root())
    for district, contest in contests.items():
        if district in contents.withheld:
            continue
        counted = contest.count(_of(subject, district), seed, contents.withdrawn)
        if encode(counted) != encode(told[district]):
            raise Forged("counting again gives another result: {district}", district=district or "-")
    if contents.withheld:
        raise _withheld(subject)


BALLOT_CHECKS = {
    Check.LEGAL: legal,
    Check.TURNOUT: turnout,
    Check.FILES: files,
    Check.TIES: ties,
    Check.RESULT: result,
}


def _of(subject: Subject, district: str) -> list[Any]:
    found: list[Ballot] = [each for each in subject.contents.ballots if each.contest == district]
    return [each.ballot for each in found]


def _tie_secret(subject: Subject) -> bytes:
    """The one of the bundle; empty where the box has none."""
    given = subject.contents.result["tie_secret"]
    return b"" if given is None else from_hex(given)


def _withheld(subject: Subject) -> Skipped:
    return Skipped(
        "Only auditors can check the ballots of {districts}: there are so few.",
        districts=", ".join(sorted(subject.contents.withheld)),
    )
