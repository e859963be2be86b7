"""Posts: who holds them, giving them by two people, ending them, and their duties."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from govapp.accounts.actions import handover as duties
from govapp.accounts.actions import posts as actions
from govapp.accounts.actions.posts import Terms
from govapp.accounts.forms.posts import DecideForm, DutyForm, GiveForm, TermsForm
from govapp.accounts.models.posts import Duty, Grant, Post, Role
from govapp.accounts.queries import posts as queries
from govapp.accounts.rules import posts as rules
from govapp.accounts.wording import ROLES, STANDINGS, post_name
from govapp.areas import queries as areas
from govapp.areas.models import Area
from govapp.core.db import fetch
from govapp.core.errors import Missing, Refused
from govapp.core.files.sending import send
from govapp.core.language import N_, current
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, one, page, page_number, proved, session

bp = Blueprint("posts", __name__)


@bp.get("/posts")
@guarded(rules.may_see_posts)
def index() -> Any:
    number, role = page_number(), _role()
    found, total = queries.within_reach(session(), rules.posts_of(current_user), role, number)
    by_post: dict[int, list[Grant]] = {post.id: [] for post in found}
    for grant in queries.grants_of(session(), *by_post):
        by_post[grant.post_id].append(grant)
    return page(
        "accounts/posts.html",
        posts=found,
        by_post=by_post,
        total=total,
        role=role,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        may_give=rules.may_give_posts(current_user),
        **_words(),
    )


@bp.route("/posts/give", methods=["GET", "POST"])
@guarded(rules.may_give_posts)
@proved
def give() -> Any:
    form = GiveForm([role for role in Role if rules.holds(current_user, *rules.GIVERS[role])])
    form.propose_days()
    if form.sent() and (area := _area(form)):
        terms = form_terms(form)
        try:
            grant = actions.propose(session(), current_user, Role(form.role.data), area, terms)
        except Refused as refused:
            form.form_errors.append(_(refused.message) % refused.values)
        else:
            flash(_("Written down. A second person must confirm it before it counts."), "good")
            return redirect(url_for(".show", post_id=grant.post_id), 303)
    return page("accounts/give.html", form=form, status=422 if form.errors else 200)


@bp.get("/posts/<int:post_id>")
@guarded(rules.may_see_post, one(Post))
def show(post_id: int) -> Any:
    return _show(fetch(session(), Post, post_id), DutyForm(formdata=None))


@bp.post("/posts/<int:post_id>/duties")
@guarded(rules.may_work_at, one(Post))
def add_duty(post_id: int) -> Any:
    form = DutyForm()
    if form.sent():
        typed = (form.title.data, form.notes.data or "", form.due_on.data)
        duties.add_duty(session(), current_user, post_id, *typed)
        return redirect(url_for(".show", post_id=post_id, _anchor="duties"), 303)
    return _show(fetch(session(), Post, post_id), form)


def post_of_duty(session: Session, duty_id: int) -> Post:
    return fetch(session, Duty, duty_id).post


@bp.post("/duties/<int:duty_id>/done")
@guarded(rules.may_work_at, post_of_duty)
def finish_duty(duty_id: int) -> Any:
    duty = duties.finish_duty(session(), current_user, duty_id)
    return redirect(url_for(".show", post_id=duty.post_id, _anchor="duties"), 303)


@bp.route("/grants/<int:grant_id>", methods=["GET", "POST"])
@guarded(rules.may_see_grant, one(Grant))
@proved
def grant(grant_id: int) -> Any:
    found = fetch(session(), Grant, grant_id)
    form, open_deeds = DecideForm(), _deeds(found)
    form.reason.flags.required = "confirm" not in open_deeds
    if form.sent():
        if form.deed.data == "confirm":
            actions.confirm(session(), current_user, grant_id)
            flash(_("Confirmed. The person is told by letter."), "good")
        elif not form.reason.data:
            form.reason.errors = [_("Write a reason. The person reads it.")]
        elif form.deed.data == "refuse":
            actions.refuse(session(), current_user, grant_id, form.reason.data)
            flash(_("Refused. The person is told by letter."), "good")
        elif form.deed.data == "end":
            actions.end(session(), current_user, grant_id, form.reason.data)
            flash(_("Ended. The person is told by letter."), "good")
        if not form.errors:
            return redirect(_after(found), 303)
    status = 422 if form.errors else 200
    return page("accounts/grant.html", grant=found, form=form, deeds=open_deeds, status=status, **_words())


@bp.get("/grants/<int:grant_id>/document")
@guarded(rules.may_see_grant, one(Grant))
def document(grant_id: int) -> Any:
    found = fetch(session(), Grant, grant_id)
    if found.document_file is None:
        raise Missing(N_("Nobody brought a copy of this document."))
    return send(found.document_file, found.document_name)


def form_terms(form: TermsForm) -> Terms:
    return Terms(form.email.data, form.first.data, form.last.data, form.document.data, form.copy.data)


def _show(post: Post, form: DutyForm) -> Any:
    return page(
        "accounts/post.html",
        post=post,
        grants=queries.grants_of(session(), post.id),
        duties=queries.duties(session(), post.id),
        done=queries.duties(session(), post.id, done=True, most=10),
        handovers=queries.handovers(session(), post.id),
        form=form,
        mine=rules.may_work_at(current_user, post),
        status=422 if form.errors else 200,
        **_words(),
    )


def _deeds(grant: Grant) -> set[str]:
    """What this person can do with the grant now."""
    standing = rules.standing(grant)
    if standing is rules.Standing.PROPOSED:
        may = {"confirm": rules.may_confirm, "refuse": rules.may_refuse}
    elif standing in (rules.Standing.LIVE, rules.Standing.COMING):
        may = {"end": rules.may_end}
    else:
        may = {}
    return {deed for deed, rule in may.items() if rule(current_user, grant)}


def _after(grant: Grant) -> str:
    """The post's page, for whoever may still see it."""
    if rules.may_see_post(current_user, grant.post):
        return url_for(".show", post_id=grant.post_id)
    return url_for("desk.show")


def _area(form: GiveForm) -> Area | None:
    """The place that was typed; where it is none or several, the form says so."""
    role = Role(form.role.data)
    found = areas.named(looking(), form.area.data, rules.FITTING[role])
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{area.code} ({area.name(current())})" for area in found)
        form.area.errors = [_("Several places fit. Write the code of one of them: %(places)s", places=names)]
    else:
        form.area.errors = [
            _("No place of the kind this post needs has this name. Check it, or write its code.")
        ]
    return None


def _role() -> Role | None:
    asked = request.args.get("role", "")
    return Role(asked) if asked in list(Role) else None


def _words() -> dict[str, Any]:
    return {
        "roles": ROLES,
        "standings": STANDINGS,
        "standing": rules.standing,
        "post_name": post_name,
    }
