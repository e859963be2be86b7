"""Planning an edition: its list of tasks, and a page for each part of the plan."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_login import current_user

from govapp.accounts.wording import post_name
from govapp.ballotbox.models import Openings
from govapp.budgeting.rules import HELD_BY
from govapp.core import clock, dates
from govapp.core.errors import NotNow
from govapp.core.language import gettext as _
from govapp.core.web import guarded, page, session
from govapp.counting.ballots import BallotKind
from govapp.editions import queries, rules, wording
from govapp.editions.actions import opening, planning, throwing_away
from govapp.editions.actions.planning import BallotPlan, Details
from govapp.editions.events import EditionChanged, LessonsWritten
from govapp.editions.forms.ballot_plan import BallotPlanForm
from govapp.editions.forms.calendar import CalendarForm
from govapp.editions.forms.money import MoneyForm
from govapp.editions.forms.plan import (
    COPY,
    FROM_NOTHING,
    DeedForm,
    DetailsForm,
    LessonsForm,
    ReasonForm,
    StartForm,
)
from govapp.editions.forms.side_by_side import SharedForm
from govapp.editions.models import Binding, Edition, Eligibility, Stage
from govapp.editions.queries import changes
from govapp.editions.queries.changes import Change
from govapp.editions.rules.plans import Blocks, Part, in_the_way, remarks
from govapp.editions.rules.templates import TEMPLATES
from govapp.editions.views import tasks
from govapp.editions.views.subjects import edition_of, locked, status_of

bp = Blueprint("edition_plan", __name__, url_prefix="/editions")


@bp.get("/mine")
@guarded(rules.may_start)
def mine() -> Any:
    editions = queries.of_posts(session(), [post.id for post in rules.posts_to_plan(current_user)])
    return page("editions/plan/mine.html", editions=editions, stages=wording.STAGES)


@bp.route("/new", methods=["GET", "POST"])
@guarded(rules.may_start)
def new() -> Any:
    form, posts = StartForm(), {post.id: post for post in rules.posts_to_plan(current_user)}
    earlier = queries.of_posts(session(), list(posts))
    form.offer(
        {post.id: post_name(post) for post in posts.values()}, {each.id: each.title for each in earlier}
    )
    if not form.is_submitted():
        today = dates.local_day(clock.now())
        form.first_day.data = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        form.fiscal_year_be.data = dates.fiscal_year(today) + 1
    if form.sent():
        edition = _started(form, posts[form.post.data])
        return redirect(url_for(".show", edition_id=edition.id), 303)
    hints = {key: _(template.sentence) for key, template in TEMPLATES.items()}
    hints[COPY] = _("Its rules, money and calendar; not its projects and not its roll.")
    return page("editions/plan/new.html", form=form, hints=hints, status=422 if form.errors else 200)


def _started(form: StartForm, post: Any) -> Edition:
    title, year = form.title.data, form.fiscal_year_be.data
    if form.begin.data == COPY:
        return planning.copy(session(), current_user, post, form.source.data, title, year)
    template = "" if form.begin.data == FROM_NOTHING else form.begin.data
    return planning.start(session(), current_user, post, title, year, form.first_day.data, template)


@bp.get("/<int:edition_id>/plan")
@guarded(rules.may_plan, edition_of)
def show(edition_id: int) -> Any:
    """The list of tasks, from the first word to the opening of the box."""
    edition = queries.show(session(), edition_id)
    projects = queries.projects(session(), edition_id)
    voters = queries.voters(session(), edition)
    found = remarks(edition, projects, clock.now(), voters, **queries.of_roll(session(), edition))
    return page(
        "editions/plan/show.html",
        edition=edition,
        state=wording.STAGES[edition.stage],
        plan=tasks.of_plan(edition, found),
        vote=tasks.of_vote(edition, found, sum(voters.values())),
        to_mend=[tasks.said(each) for each in in_the_way(found, Blocks.OPENING)],
        to_know=[tasks.said(each) for each in found if each.blocks is Blocks.NOTHING],
        takes_changes=rules.takes_changes(edition),
        is_open=rules.takes_ballots(edition, clock.now()),
        is_draft=edition.stage is Stage.DRAFT,
        may_call_off=edition.stage is Stage.PUBLISHED and not rules.is_frozen(edition),
    )


@bp.route("/<int:edition_id>/plan/details", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def details(edition_id: int) -> Any:
    def write(form: DetailsForm) -> None:
        given = Details(
            title=form.title.data,
            description=form.description.data or "",
            fiscal_year_be=form.fiscal_year_be.data,
            binding=Binding(form.binding.data),
            resolution=form.resolution.data or "",
            eligibility=Eligibility(form.eligibility.data),
            eligibility_words=form.eligibility_words.data or "",
            translations=form.translations,
        )
        planning.change_details(session(), current_user, edition_id, given)

    hints = {each.value: _(said.sentence) for each, said in wording.BINDINGS.items()}
    hints |= {each.value: _(said.sentence) for each, said in wording.ELIGIBILITIES.items()}
    return _part(edition_id, DetailsForm(), write, "editions/plan/details.html", hints=hints)


@bp.route("/<int:edition_id>/plan/money", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def money(edition_id: int) -> Any:
    def write(form: MoneyForm) -> None:
        planning.change_money(session(), current_user, edition_id, form.satang, form.names)

    return _part(edition_id, MoneyForm(), write, "editions/plan/money.html")


@bp.route("/<int:edition_id>/plan/calendar", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def calendar(edition_id: int) -> Any:
    def write(form: CalendarForm) -> None:
        planning.change_calendar(session(), current_user, edition_id, form.spans)

    return _part(edition_id, CalendarForm(), write, "editions/plan/calendar.html", phases=wording.PHASES)


@bp.route("/<int:edition_id>/plan/ballot", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def ballot(edition_id: int) -> Any:
    def write(form: BallotPlanForm) -> None:
        given = BallotPlan(
            kind=BallotKind(form.kind.data),
            limits=form.limits,
            preset=form.preset.data,
            numbers=form.numbers,
            openings=Openings(form.openings.data),
            languages=form.languages.data or (),
        )
        planning.change_ballot(session(), current_user, edition_id, given)

    hints = {each.value: _(said.sentence) for each, said in wording.KINDS.items()}
    hints |= {key: _(preset.sentence) for key, preset in HELD_BY.items()}
    return _part(edition_id, BallotPlanForm(), write, "editions/plan/ballot.html", hints=hints)


@bp.route("/<int:edition_id>/plan/publish", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def publish(edition_id: int) -> Any:
    """Everything once more before everybody can see it."""
    if DeedForm().sent():
        planning.publish(session(), current_user, edition_id)
        flash(_("Published: everybody can see the round."), "good")
        return redirect(url_for(".show", edition_id=edition_id), 303)
    edition, projects = queries.show(session(), edition_id), queries.projects(session(), edition_id)
    found = remarks(edition, projects, clock.now(), {})
    return page(
        "editions/plan/publish.html",
        edition=edition,
        projects=projects,
        facts=tasks.answers(edition, projects),
        to_mend=[tasks.said(each) for each in in_the_way(found, Blocks.PUBLISHING)],
    )


@bp.route("/<int:edition_id>/plan/ready", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def ready(edition_id: int) -> Any:
    """From the plan to the ballot box, whose own pages go on from here."""
    if DeedForm().sent():
        box = opening.make_ready(session(), current_user, edition_id, host())
        flash(_("The ballot box is there. Before it can be opened its keys must be made."), "good")
        return redirect(url_for("running.show", box_id=box.id), 303)
    edition, projects = queries.show(session(), edition_id), queries.projects(session(), edition_id)
    voters = queries.voters(session(), edition)
    found = remarks(edition, projects, clock.now(), voters, **queries.of_roll(session(), edition))
    return page(
        "editions/plan/ready.html",
        edition=edition,
        facts=tasks.answers(edition, projects),
        voters=sum(voters.values()),
        to_mend=[tasks.said(each) for each in in_the_way(found, Blocks.OPENING)],
        to_know=[
            tasks.said(each) for each in found if each.blocks is Blocks.NOTHING and each.part is Part.VOTERS
        ],
        is_published=edition.stage is Stage.PUBLISHED,
        is_ready=rules.is_ready(edition),
    )


@bp.route("/<int:edition_id>/plan/call-off", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def call_off(edition_id: int) -> Any:
    def write(form: ReasonForm) -> None:
        planning.call_off(session(), current_user, edition_id, form.reason.data)

    said = _("Called off. The reason stands on the page of the round.")
    return _part(edition_id, ReasonForm(), write, "editions/plan/call_off.html", said=said)


@bp.route("/<int:edition_id>/plan/throw-away", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def throw_away(edition_id: int) -> Any:
    form = DeedForm()
    if form.sent():
        try:
            throwing_away.throw_away(session(), current_user, edition_id)
        except NotNow as refused:
            session().rollback()
            form.form_errors.append(_(refused.message))
        else:
            flash(_("The draft is thrown away."), "good")
            return redirect(url_for(".mine"), 303)
    edition = queries.show(session(), edition_id)
    return page(
        "editions/plan/throw_away.html",
        edition=edition,
        form=form,
        projects=queries.numbers_of_projects(session(), [edition_id]).get(edition_id, 0),
        voters=sum(queries.voters(session(), edition).values()),
        status=409 if form.errors else 200,
    )


@bp.route("/<int:edition_id>/plan/lessons", methods=["GET", "POST"])
@guarded(rules.may_plan, edition_of)
def lessons(edition_id: int) -> Any:
    def write(form: LessonsForm) -> None:
        planning.write_lessons(session(), current_user, edition_id, form.lessons.data or "")

    return _part(edition_id, LessonsForm(), write, "editions/plan/lessons.html")


def host() -> str:
    """The host of the site, for the names of logs."""
    return str(urlsplit(current_app.extensions["config"].public_url).netloc)


def _part(
    edition_id: int, form: Any, write: Callable[[Any], None], template: str, said: str = "", **context: Any
) -> Any:
    """A page with one form. What the action refuses is said above it, and nothing that was typed is lost."""
    edition = locked(edition_id) if form.is_submitted() else queries.show(session(), edition_id)
    is_shared = isinstance(form, SharedForm)
    if is_shared and not form.is_submitted():
        form.open(edition)
    if form.sent_beside(edition) if is_shared else form.sent():
        try:
            write(form)
        except NotNow as refused:
            session().rollback()
            form.form_errors.append(_(refused.message) % refused.values)
        else:
            flash(said or _("Written down."), "good")
            return redirect(url_for(".show", edition_id=edition_id), 303)
        edition = queries.show(session(), edition_id)
    return page(
        template,
        edition=edition,
        form=form,
        frozen=not rules.takes_changes(edition),
        latest=_latest(edition_id) if status_of(form) == 409 else None,
        status=status_of(form),
        **context,
    )


def _latest(edition_id: int) -> Change | None:
    """Who changed the part of this page last."""
    part = next((part for part, endpoint in tasks.PAGES.items() if endpoint == request.endpoint), None)
    deeds: Any = {EditionChanged: {"part": part}} if part else {LessonsWritten: {}}
    return changes.latest(session(), edition_id, deeds)
