"""What comes out of an opened box: a round with its count, its reasons, and letters to those who proposed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from govapp.ballotbox import queries
from govapp.ballotbox.actions import bundles, setup
from govapp.ballotbox.models import BallotBox, Openings
from govapp.budgeting import queries as rounds
from govapp.budgeting.models import Round, RoundProject
from govapp.budgeting.rules import USED
from govapp.core import clock, jobs
from govapp.core.db import Database
from govapp.core.errors import NotNow
from govapp.core.jobs import Job
from govapp.core.key_folder import KeyFolder
from govapp.counting import patience
from govapp.counting.ballots import BallotKind
from govapp.counting.count import count
from govapp.counting.named_rules import named_rule
from govapp.counting.pabulib import read
from govapp.counting.rule import Rule
from govapp.editions import queries as editions
from govapp.editions.actions import opening, planning, publishing
from govapp.editions.actions.planning import BallotPlan
from govapp.editions.models import Edition, EditionProject, PhaseKind
from govapp.editions.rules.calendar import Span
from govapp.editions.rules.plans import Limits
from govapp.editions.wording import FEW_VOTED
from govapp.notifications.models import Letter
from govapp.verifier.verify import verify
from govapp.wiring import TASKS
from tests.ballotbox import boxes
from tests.ballotbox.boxes import Site
from tests.editions import planned
from tests.editions.planned import BAHT, draft

CHOSEN = [["1", "2"]] * 14 + [["3"]] * 12 + [["2", "3"]] * 6


@dataclass
class Voted:
    """An edition whose vote is over and counted."""

    id: int
    site: Site

    def run_jobs(self) -> None:
        while jobs.run_next(self.site.database, TASKS):
            pass


def voted(
    database: Database,
    folder: Path,
    ballots: list[list[str]],
    budgets: dict[str, int] | None = None,
    is_over: bool = True,
    plan: BallotPlan | None = None,
    **given: Any,
) -> Voted:
    """Three projects for a thousand baht: 1 and 2 cost 400 each, 3 costs 500. given: of planned.edition."""
    budgets = budgets or {"": 1000 * BAHT}
    with database.write() as session:
        officer, _post = boxes.post_of(session)
        districts = sorted(budgets)
        drafts = [
            draft(code, cost_satang=cost * BAHT, district=districts[int(code) % len(districts)])
            for code, cost in {"1": 400, "2": 400, "3": 500}.items()
        ]
        given = {"drafts": drafts, "budgets": budgets, "spans": _now()} | given
        edition = planned.edition(session, officer, **given)
        if plan:
            planning.change_ballot(session, officer, edition.id, plan)
        proposed = update(EditionProject).where(EditionProject.code == "3")
        session.execute(proposed.values(proposer_id=officer.id))
        planned.fill(session, officer, edition, len(ballots))
        box = opening.make_ready(session, officer, edition.id, boxes.HOST)
        holders = boxes.holders_of_keys(session)
        setup.name_key_holders(session, officer, box.id, [holder.id for holder in holders])
        voters = list(queries.voters(session, box.id))
        contests = box.draft["contests"]
        session.commit()
        keys = KeyFolder(folder / "keys")
        site = Site(database, keys, box.id, [voter for voter, _ in voters], officer.id, holders[0].id)
        edition_id = edition.id
    boxes.open_for_votes(site)
    for (voter, district), ballot in zip(voters, ballots, strict=True):
        legal = {each["id"] for each in contests[district]["projects"]}
        if chosen := [code for code in ballot if code in legal]:
            site.cast(voter, chosen)
    if is_over:
        site.end()
    return Voted(edition_id, site)


def _now() -> list[Span]:
    """The vote is on."""
    now, hour = clock.now(), timedelta(hours=1)
    return [Span(PhaseKind.VOTE, now, now + hour), Span(PhaseKind.OPENING, now + hour, now + 24 * hour)]


@pytest.fixture
def over(database: Database, tmp_path: Path) -> Voted:
    return voted(database, tmp_path, CHOSEN)


def _letters(session: Session) -> Sequence[Letter]:
    """To those who proposed a project."""
    return session.scalars(select(Letter).where(Letter.template == "project_result")).all()


def test_the_result_is_published_by_a_job(over: Voted) -> None:
    over.run_jobs()
    with over.site.database.read() as session:
        edition = editions.show(session, over.id)
        round_ = session.get_one(Round, edition.envelopes[0].round_id)
        counts = rounds.counts(session, round_)
        box = session.get_one(BallotBox, over.site.box_id)
        assert (round_.voters, round_.eligible, round_.box_id) == (32, 32, box.id)
        assert counts[USED].outcome["funded"] == box.result["districts"][""]["funded"]
        assert Rule.from_json(round_.rule).ties.startswith("seed:")
        assert "most-votes" in counts
        assert not session.scalars(select(Job.message).where(Job.state == "failed")).all()


def test_every_project_leads_to_its_reason(own_app: Flask, over: Voted) -> None:
    client, path = own_app.test_client(), f"/editions/{over.id}"
    client.set_cookie("language", "en")
    before = client.get(path).get_data(as_text=True)
    assert "Funded" not in before
    over.run_jobs()
    page = client.get(path).get_data(as_text=True)
    assert "2 projects get money, 900\u00a0baht in all" in page
    assert (page.count('tag won">Funded'), page.count('tag lost">Not funded')) == (2, 1)
    with over.site.database.read() as session:
        ids = {each.code: each.id for each in session.scalars(select(RoundProject))}
    for code, word in (("1", "Not funded"), ("2", "Funded"), ("3", "Funded")):
        page = client.get(f"{path}/projects/{code}").get_data(as_text=True)
        assert f'">{word}</span>' in page
        (why,) = re.findall(r'class="btn" href="(/rounds/[^"]+)"', page)
        assert why.endswith(f"/projects/{ids[code]}")
        assert client.get(why).status_code == 200
    (result,) = set(re.findall(r'href="(/rounds/\d+)"', page))
    assert f'href="/boxes/{over.site.box_id}/budget/round"' in client.get(result).get_data(as_text=True)


def test_taking_part_is_told_by_district(over: Voted) -> None:
    over.run_jobs()
    with over.site.database.read() as session:
        (told,) = editions.show(session, over.id).turnout
    assert told == {"district": "", "voters": 32, "took_part": None}  # all did: nobody is alone in that


def test_publishing_twice_changes_nothing(over: Voted) -> None:
    over.run_jobs()
    with over.site.database.write.begin() as session:
        publishing.ask_publishing(session, over.site.box_id)
    over.run_jobs()
    with over.site.database.read() as session:
        assert len(session.scalars(select(Round)).all()) == 1
        assert len(_letters(session)) == 1


def test_another_count_than_that_of_the_opening_is_not_published(over: Voted) -> None:
    with over.site.database.write.begin() as session:
        box = session.get_one(BallotBox, over.site.box_id)
        box.result = {**box.result, "districts": {"": {**box.result["districts"][""], "funded": ["3"]}}}
    over.run_jobs()
    with over.site.database.read() as session:
        assert not session.scalars(select(Round)).all()
        (said,) = session.scalars(select(Job.message).where(Job.kind == "publish_edition")).all()
        assert said == publishing.DIFFERS


def test_whoever_proposed_a_project_is_told_why(over: Voted) -> None:
    over.run_jobs()
    with over.site.database.read() as session:
        (letter,) = _letters(session)
        assert letter.given["title"] == {"th": "โครงการ 3", "en": "โครงการ 3"}
        assert set(letter.given["reason"]) == {"th", "en"}
        assert letter.given["reason"]["en"]


def test_a_district_of_few_ballots_publishes_no_ballots(database: Database, tmp_path: Path) -> None:
    """1 and 3 lie in the second district; of its voters only a few take part."""
    over = voted(database, tmp_path, CHOSEN, {"ก": 500 * BAHT, "ข": 500 * BAHT})
    over.run_jobs()
    with database.read() as session:
        edition = editions.show(session, over.id)
        assert {each.district: each.round_id for each in edition.envelopes} == {"ก": None, "ข": None}
        (letter,) = _letters(session)
        funded = session.get_one(BallotBox, over.site.box_id).result["districts"]["ข"]["funded"]
        assert (letter.given["funded"], letter.given["reason"]["en"]) == ("3" in funded, FEW_VOTED)
        assert letter.path == f"/boxes/{over.site.box_id}"


def test_nobody_voted(database: Database, tmp_path: Path) -> None:
    over = voted(database, tmp_path, [[]] * 30)
    over.run_jobs()
    with database.read() as session:
        edition = editions.show(session, over.id)
        box = session.get_one(BallotBox, over.site.box_id)
        assert box.result["districts"][""]["funded"] == []
        (letter,) = _letters(session)
        assert not letter.given["funded"]
        assert edition.turnout == [{"district": "", "voters": 30, "took_part": None}]
        assert not session.scalars(select(Job.message).where(Job.state == "failed")).all()


def test_all_tied(database: Database, tmp_path: Path) -> None:
    """1 and 2 are as dear and were chosen by as many: the lot that was fixed before says which one."""
    over = voted(database, tmp_path, [["1", "2"]] * 30, {"": 500 * BAHT})
    over.run_jobs()
    with database.read() as session:
        (round_,) = session.scalars(select(Round)).all()
        outcome = rounds.counts(session, round_)[USED].outcome
        box = session.get_one(BallotBox, over.site.box_id)
        assert len(outcome["funded"]) == 1
        assert outcome["funded"] == box.result["districts"][""]["funded"]
        assert [tie["by"] for tie in outcome["ties"]] == ["lot"]


def test_the_file_of_ballots_counts_to_the_same(own_app: Flask, over: Voted) -> None:
    over.run_jobs()
    with over.site.database.read() as session:
        (round_,) = session.scalars(select(Round)).all()
        funded = rounds.counts(session, round_)[USED].outcome["funded"]
    client = own_app.test_client()
    text = client.get(f"/rounds/{round_.id}/ballots.pb").get_data()
    file = read(text, "x.pb")
    assert [code for code, columns in file.columns.items() if columns["selected"] == "1"] == sorted(funded)
    page = client.get(f"/rounds/{round_.id}").get_data(as_text=True)
    assert f"/boxes/{over.site.box_id}" in page


def test_a_comparison_that_takes_too_long_stops_no_publication(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST_STEPS", 1)
    plan = BallotPlan(BallotKind.APPROVAL, Limits(1, 3), "equal-shares", Openings.PUBLIC, ["th"])
    over = voted(database, tmp_path, CHOSEN, plan=plan)
    over.run_jobs()
    with database.read() as session:
        assert not session.scalars(select(Job.message).where(Job.state == "failed")).all()
        (round_,) = session.scalars(select(Round)).all()
        counts = rounds.counts(session, round_)
        assert counts[USED].outcome["facts"]["raises"] > 1, "the rule of the vote has no limit"
        assert rounds.left_out(session, round_) == {"equal-shares-add1", "equal-shares-count"}
        assert editions.show(session, over.id).turnout
        assert len(_letters(session)) == 1


def test_a_share_of_the_ballots_decides_and_is_told_everywhere(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    """Of 33 who may vote 32 do: 57% are 18.24 votes, 19; 1, 2 and 3 have 14, 20 and 18."""
    numbers = {"threshold_basis_points": 5700}
    plan = BallotPlan(BallotKind.APPROVAL, Limits(1, 3), "threshold", Openings.PUBLIC, ["th"], numbers)
    over = voted(database, tmp_path, [*CHOSEN, []], plan=plan)
    over.run_jobs()
    with database.write() as session:
        assert not session.scalars(select(Job.message).where(Job.state == "failed")).all()
        (round_,) = session.scalars(select(Round)).all()
        assert rounds.counts(session, round_)[USED].outcome["funded"] == ["2"]
        verdict = verify(bundles.make(session, over.site.keys, over.site.box_id, Openings.PUBLIC).content)
        assert verdict.holds
        assert verdict.counted_by == ("--rule greedy-threshold --threshold-percent 57",)
        (letter,) = _letters(session)
        why = "It was chosen on 18 of 32 ballots; at least 19 are needed: 57%."
        assert letter.given["reason"]["en"].startswith(why)
    with database.write() as session:
        with pytest.raises(NotNow):
            planning.change_ballot(session, over.site.officer(session), over.id, plan)
        session.rollback()
        with pytest.raises(DatabaseError, match="frozen"):
            session.execute(update(Edition).where(Edition.id == over.id).values(rule=Rule().as_json()))
    client = own_app.test_client()
    client.set_cookie("language", "en")
    file = read(client.get(f"/rounds/{round_.id}/ballots.pb").get_data(), "x.pb")
    assert (file.meta["rule"], file.meta["min_project_score_threshold"]) == ("greedy-threshold", "19")
    in_votes = named_rule(file.meta)
    assert in_votes == Rule.from_json(round_.rule | {"ties": Rule().ties}).in_votes(32)
    assert count(file.election, in_votes).funded == ("2",)
    page = client.get(f"/rounds/{round_.id}").get_data(as_text=True)
    assert "on at least 57% of all ballots: here on 19 of 32." in page
    assert why in page
    assert "--rule greedy-threshold --threshold-percent 57" in page
    compared = client.get(f"/rounds/{round_.id}/compare").get_data(as_text=True)
    assert "here on 19 of 32" in compared


def test_a_typed_threshold_decides_and_is_told_everywhere(
    own_app: Flask, database: Database, tmp_path: Path
) -> None:
    """1, 2 and 3 have 14, 20 and 18 votes; without a threshold both 2 and 3 win."""
    limits, numbers = Limits(1, 3), {"threshold": 19}
    plan = BallotPlan(BallotKind.APPROVAL, limits, "threshold", Openings.PUBLIC, ["th"], numbers)
    over = voted(database, tmp_path, CHOSEN, plan=plan)
    over.run_jobs()
    with database.write() as session:
        (round_,) = session.scalars(select(Round)).all()
        counts = rounds.counts(session, round_)
        assert counts[USED].outcome["funded"] == ["2"]
        assert set(counts["most-votes"].outcome["funded"]) == {"2", "3"}
        kept = bundles.make(session, over.site.keys, over.site.box_id, Openings.PUBLIC)
        verdict = verify(kept.content)
        assert verdict.holds
        assert verdict.counted_by == ("--rule greedy-threshold --threshold 19",)
    client = own_app.test_client()
    client.set_cookie("language", "en")
    file = read(client.get(f"/rounds/{round_.id}/ballots.pb").get_data(), "x.pb")
    assert (file.meta["rule"], file.meta["min_project_score_threshold"]) == ("greedy-threshold", "19")
    page = client.get(f"/rounds/{round_.id}").get_data(as_text=True)
    assert "A project needs at least 19 votes." in page
    assert "--rule greedy-threshold --threshold 19" in page
