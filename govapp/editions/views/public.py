"""The public pages of editions (รอบงบประมาณ): all of them, one of them, a project of its ballot."""

from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from govapp.budgeting import queries as budgeting
from govapp.budgeting.queries import Verdict
from govapp.budgeting.wording.of_rules import of_rule
from govapp.core import clock, money, share_pictures
from govapp.core.errors import Missing
from govapp.core.files.sending import send, send_thumbnail
from govapp.core.language import current
from govapp.core.language import gettext as _
from govapp.core.translations import told
from govapp.core.web import looking, page, page_number, public, quiet
from govapp.counting.rule import Rule
from govapp.editions import queries, rules, wording
from govapp.editions.models import Edition, EditionProject, Stage
from govapp.editions.queries import Wish
from govapp.editions.views import ical, story, tasks
from govapp.editions.views.subjects import seen

bp = Blueprint("editions", __name__, url_prefix="/editions")


@bp.get("")
@public
@quiet
def index() -> Any:
    now, number = clock.now(), page_number()
    past, total = queries.past(looking(), now, number)
    running = queries.running(looking(), now) if number == 1 else []
    return page(
        "editions/index.html",
        running=running,
        past=past,
        numbers=queries.numbers_of_projects(looking(), [each.id for each in (*running, *past)]),
        story=story,
        now=now,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        may_start=rules.may_start(current_user),
    )


@bp.get("/<int:edition_id>")
@public
@quiet
def show(edition_id: int) -> Any:
    edition, now = seen(edition_id), clock.now()
    projects = queries.projects(looking(), edition_id)
    wish, verdicts = Wish.read(request.args), _verdicts(edition)
    return page(
        "editions/show.html",
        part="editions/_projects.html",
        edition=edition,
        happens=story.happens(edition, now),
        steps=story.timeline(edition, now),
        is_open=rules.takes_ballots(edition, now),
        is_draft=edition.stage is Stage.DRAFT,
        may_plan=rules.may_plan(current_user, edition),
        binding=wording.BINDINGS[edition.binding],
        eligibility=wording.ELIGIBILITIES[edition.eligibility],
        limits=tasks.limits(edition),
        rule=of_rule(Rule.from_json(edition.rule), edition.kind),
        total_satang=sum(edition.budgets.values()),
        projects=projects,
        verdicts=verdicts,
        winners=[each for each in projects if each.code in verdicts and verdicts[each.code].funded],
        shown=wish.pick(projects),
        wish=wish,
        categories=story.kinds(projects, edition),
        districts=story.districts(projects, edition),
        said=lambda each: story.of_project(each, edition),
    )


@bp.get("/<int:edition_id>/projects/<code>")
@public
@quiet
def project(edition_id: int, code: str) -> Any:
    edition, found = seen(edition_id), _project(edition_id, code)
    now = clock.now()
    return page(
        "editions/project.html",
        edition=edition,
        project=found,
        words=story.of_project(found, edition),
        round_title=told(edition, "title"),
        budget=edition.budgets.get(found.district, 0),
        happens=story.happens(edition, now),
        is_open=rules.takes_ballots(edition, now),
        verdict=_verdicts(edition).get(code),
        may_plan=rules.may_plan(current_user, edition),
    )


@bp.get("/<int:edition_id>/projects/<code>/picture")
@public
@quiet
def picture(edition_id: int, code: str) -> Any:
    """?small=1 for the thumbnail."""
    seen(edition_id)
    found = _project(edition_id, code)
    if found.picture is None:
        raise Missing
    if request.args.get("small"):
        return send_thumbnail(found.picture, found.picture_name)
    return send(found.picture, found.picture_name, inline=True)


@bp.get("/<int:edition_id>/share.png")
@bp.get("/<int:edition_id>/projects/<code>/share.png")
@public
@quiet
def share(edition_id: int, code: str = "") -> Any:
    """What sites show beside a link to the edition, or to a project of its ballot."""
    edition = seen(edition_id)
    kicker, title = edition.area.name(current()), told(edition, "title")
    happens = story.happens(edition, clock.now())
    line = happens.following or happens.heading
    if code:
        found = _project(edition_id, code)
        kicker, title = title, story.of_project(found, edition)["title"]
        line = money.money(found.cost_satang)
    picture = share_pictures.draw(kicker, title, line, current_app.extensions["config"].site_name)
    return Response(picture, mimetype="image/png")


@bp.get("/<int:edition_id>/calendar.ics")
@public
@quiet
def calendar(edition_id: int) -> Any:
    """For calendars of phones and offices, which come back for what has changed."""
    edition = seen(edition_id)
    where, name = url_for(".show", edition_id=edition_id, _external=True), told(edition, "title")
    entries = [
        ical.Entry(
            uid=f"edition-{edition.id}-{phase.kind.value}@{ical.host(where)}",
            starts_at=phase.starts_at,
            ends_at=phase.ends_at,
            title=f"{_(wording.PHASES[phase.kind].name)}: {name}",
            words=_(wording.PHASES[phase.kind].happens),
            url=where,
        )
        for phase in edition.phases
        if not rules.is_called_off(edition)  # phones take away what is gone from a feed
    ]
    return ical.feed(name, entries)


def _project(edition_id: int, code: str) -> EditionProject:
    return queries.project(looking(), edition_id, code)


def _verdicts(edition: Edition) -> dict[str, Verdict]:
    """The code of a project -> what came out for it; empty before the results are published."""
    rounds = [each.round_id for each in edition.envelopes if each.round_id is not None]
    found = budgeting.verdicts(looking(), rounds)
    return {code: verdict for (_round_id, code), verdict in found.items()}
