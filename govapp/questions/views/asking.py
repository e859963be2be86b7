"""Putting a question, and changing its list of voters before the box is opened."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from govapp.accounts.wording import post_name
from govapp.ballotbox.models import Openings
from govapp.core.db import fetch
from govapp.core.language import gettext as _
from govapp.core.web import guarded, one, page, session
from govapp.questions import actions, queries, rules
from govapp.questions.actions import Draft
from govapp.questions.forms import AskForm, VotersForm
from govapp.questions.models import Question

bp = Blueprint("asking", __name__)


@bp.route("/questions/new", methods=["GET", "POST"])
@guarded(rules.may_ask)
def new() -> Any:
    form, posts = AskForm(), {post.id: post for post in rules.posts_to_ask(current_user)}
    form.post.choices = [SelectChoice(post.id, post_name(post)) for post in posts.values()]
    form.propose()
    if form.sent() and (draft := _draft(session(), form)):
        question = actions.ask(session(), current_user, posts[form.post.data], draft, host())
        flash(_("Written down. Before it is opened for votes its keys must be made."), "good")
        return redirect(url_for("running.show", box_id=question.box_id), 303)
    return page("questions/new.html", form=form, status=422 if form.errors else 200)


@bp.route("/questions/<int:question_id>/voters", methods=["GET", "POST"])
@guarded(rules.may_change, one(Question))
def voters(question_id: int) -> Any:
    question = fetch(session(), Question, question_id)
    form = VotersForm()
    if not form.is_submitted():
        form.voters.data = "\n".join(queries.emails_of_voters(session(), question_id))
    if form.sent() and (people := _people(session(), form)) is not None:
        actions.change_voters(session(), current_user, question_id, people)
        flash(_("The list now has %(count)s people.", count=len(people)), "good")
        return redirect(url_for("running.show", box_id=question.box_id), 303)
    return page("questions/voters.html", form=form, question=question, status=422 if form.errors else 200)


def host() -> str:
    """The host of the site, for the names of logs."""
    return str(urlsplit(current_app.extensions["config"].public_url).netloc)


def _draft(session: Session, form: AskForm) -> Draft | None:
    """What was typed, or None where the form says what to mend."""
    people, chair = _people(session, form), None
    if typed := (form.chair.data or "").lower():
        chair = queries.people_by_email(session, [typed]).get(typed)
        if chair is None:
            form.chair.errors = [_("No account has this address.")]
    if people is None or form.errors:
        return None
    return Draft(
        words=form.words.data,
        background=form.background.data or "",
        opens_at=form.opens_at,
        closes_at=form.closes_at,
        objection_hours=form.objection_hours.data,
        openings=Openings(form.openings.data),
        voters=people,
        chair_id=chair and chair.id,
    )


def _people(session: Session, form: VotersForm) -> list[int] | None:
    """The ids of those on the list, or None where the form names who is not known."""
    found = queries.people_by_email(session, form.emails)
    unknown = [email for email in form.emails if email not in found]
    if unknown:
        form.say_unknown(unknown)
        return None
    return [found[email].id for email in form.emails]
