"""The register of people, for officers: finding, entering and correcting them, their numbers and codes."""

import secrets
from base64 import b64encode
from typing import Any

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from govapp.accounts import wording
from govapp.accounts.actions import access_codes, citizen_numbers
from govapp.accounts.actions import register as actions
from govapp.accounts.actions.citizen_numbers import Keys, NumberTaken
from govapp.accounts.forms.register import PersonForm, ReasonForm, RegistrationForm
from govapp.accounts.models import User
from govapp.accounts.models.people import Evidence
from govapp.accounts.queries import consents
from govapp.accounts.queries import register as queries
from govapp.accounts.rules import people as rules
from govapp.accounts.views.access import code_key
from govapp.accounts.views.sign_in import current_sign_in
from govapp.areas import queries as areas
from govapp.areas.models import Area
from govapp.core import citizen_number, clock, documents, language, partial_dates, throttle
from govapp.core.db import fetch
from govapp.core.errors import TooMany, require
from govapp.core.forms import Form
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.web import guarded, looking, one, page, page_number, proved, session
from govapp.ledger.codes import grouped

bp = Blueprint("people", __name__, url_prefix="/staff/people")

TOO_MANY = N_("You have read %(count)s citizen numbers today, and more are not shown. It is noted.")


@bp.get("")
@guarded(rules.may_register_somewhere)
def index() -> Any:
    """Choose the area: one's own, or one below it."""
    words = request.args.get("q", "").strip()
    found = areas.search(session(), words, rows=20)[0] if words else []
    mine = [area for area in found if rules.may_register(current_user, area)]
    return page("accounts/people/index.html", words=words, areas=mine, own=rules.own_areas(current_user))


@bp.get("/in/<int:area_id>")
@guarded(rules.may_register, one(Area))
def in_area(area_id: int) -> Any:
    area, number = fetch(session(), Area, area_id), page_number()
    words = request.args.get("q", "").strip()
    people, total = queries.in_area(session(), area.id, words, number)
    return page(
        "accounts/people/in_area.html",
        area=area,
        people=people,
        total=total,
        words=words,
        number=number,
        pages=-(-total // queries.PAGE_ROWS),
        born=_born,
    )


@bp.route("/in/<int:area_id>/new", methods=["GET", "POST"])
@guarded(rules.may_register, one(Area))
def register(area_id: int) -> Any:
    """The form; then all answers to check; and only then the deed. What was typed travels with the pages."""
    area, form = fetch(looking(), Area, area_id), RegistrationForm()
    if request.method == "GET":
        form.form_token.data = secrets.token_urlsafe(16)
    if form.sent() and form.step.data != "edit":
        try:
            if form.step.data == "confirm":
                return _enter(area, form)
            if form.number and _is_taken(form.number):
                raise NumberTaken
            return _check(area, form)
        except NumberTaken as taken:
            form.citizen_number.errors = [_(taken.message)]
    status = 422 if form.errors else 200
    return page("accounts/people/new.html", area=area, form=form, status=status)


def _is_taken(number: str) -> bool:
    """Counted, for whoever asks often enough could find out who is registered."""
    tries = {f"number {current_user.id}": rules.NUMBER_TRIES}
    throttle.count_try(current_app.extensions["database"], tries)
    return citizen_numbers.owner(looking(), number, _keys()) is not None


def _check(area: Area, form: RegistrationForm) -> Any:
    return page(
        "accounts/people/check.html",
        area=area,
        form=form,
        name=User(
            title=form.title.data, given_name=form.given_name.data, family_name=form.family_name.data
        ).name,
        born=partial_dates.in_words(form.born) if form.born else "",
        number=citizen_number.grouped(form.number) if form.number else "",
        evidence=_(wording.EVIDENCE[Evidence(form.evidence.data)]),
        namesakes=queries.namesakes(looking(), area.id, form.whole_name),
    )


def _enter(area: Area, form: RegistrationForm) -> Any:
    evidence, note, token = Evidence(form.evidence.data), form.evidence_note.data, form.form_token.data
    entry = actions.Entry(form.whole_name, form.born, form.number, evidence, note or "", token)
    person = actions.register(session(), current_user, area, entry, _keys(), rules.notice_version())
    flash(_("The person is registered. Next: the letter with the access code."), "good")
    return redirect(url_for(".show", person_id=person.id), 303)


@bp.get("/<int:person_id>")
@guarded(rules.may_look_after, one(User))
def show(person_id: int) -> Any:
    person = fetch(session(), User, person_id)
    code = queries.access_code(session(), person.id)
    kept = queries.citizen_number(session(), person.id)
    return page(
        "accounts/people/show.html",
        person=person,
        area=person.area,
        born=_born(person),
        number=citizen_number.masked(kept.last_four) if kept else "",
        registration=queries.registration(session(), person.id),
        evidence_words=wording.EVIDENCE,
        code=code if rules.is_living(code) else None,
        may_make_code=rules.may_make_code(current_user, person),
        may_correct=rules.may_correct(current_user, person),
        consent=consents.living(session(), person.id),
    )


@bp.route("/<int:person_id>/correct", methods=["GET", "POST"])
@guarded(rules.may_correct, one(User))
def correct(person_id: int) -> Any:
    person = fetch(looking(), User, person_id)
    form = PersonForm(obj=None if request.method == "POST" else person)
    has_number = queries.citizen_number(looking(), person.id) is not None
    if request.method == "GET":
        _fill_in(form, person)
    if form.sent():
        try:
            if form.number and _is_taken(form.number):
                raise NumberTaken
            answers = (form.whole_name, form.born, form.number)
            actions.correct(session(), current_user, person.id, *answers, _keys())
            flash(_("What you corrected is saved."), "good")
            return redirect(url_for(".show", person_id=person.id), 303)
        except NumberTaken as taken:
            session().rollback()  # the page is a refusal
            form.citizen_number.errors = [_(taken.message)]
    status = 422 if form.errors else 200
    return page(
        "accounts/people/correct.html",
        form=form,
        person=person,
        area=person.area,
        has_number=has_number,
        status=status,
    )


@bp.route("/<int:person_id>/citizen-number", methods=["GET", "POST"])
@guarded(rules.may_look_after, one(User))
@proved
def see_number(person_id: int) -> Any:
    person, form = fetch(session(), User, person_id), ReasonForm()
    if form.sent():
        why = (rules.Reason(form.reason.data), form.case_number.data or "")
        number = citizen_numbers.see(session(), current_sign_in(), current_user, person.id, why, _keys())
        session().commit()  # the refusal is noted, too
        if number is None:
            raise TooMany(TOO_MANY, count=rules.MOST_VIEWS_A_DAY)
        whole = citizen_number.grouped(number)
        return page("accounts/people/number.html", person=person, area=person.area, number=whole)
    status = 422 if form.errors else 200
    return page("accounts/people/see_number.html", person=person, area=person.area, form=form, status=status)


@bp.route("/<int:person_id>/access-code", methods=["GET", "POST"])
@guarded(rules.may_look_after, one(User))
@proved
def make_code(person_id: int) -> Any:
    """The letter is shown once, in the answer to the deed."""
    person = fetch(session(), User, person_id)
    require(rules.may_make_code(current_user, person), access_codes.SIGNS_IN_ALONE)
    if not Form().sent():
        has_code = rules.is_living(queries.access_code(session(), person.id))
        return page("accounts/people/make_code.html", person=person, area=person.area, has_code=has_code)
    code = access_codes.make(session(), current_sign_in(), current_user, person.id, code_key())
    with language.use(person.language):
        words = _words(person, code)
        letter = Markup(render_template("accounts/people/_letter.html", **words))
        as_pdf = _as_pdf(words)
    return page("accounts/people/letter.html", person=person, letter=letter, as_pdf=as_pdf)


def _words(person: User, code: str) -> dict[str, Any]:
    """What a letter says to its reader. Its picture holds no code."""
    door = current_app.extensions["config"].public_url.rstrip("/") + url_for("access.sign_in")
    return {
        "person": person,
        "area": person.area,
        "code": grouped(code),
        "today": clock.now(),
        "row": queries.access_code(session(), person.id),
        "door": door,
        "picture": segno.make_qr(door).svg_data_uri(scale=4, light="#fff"),
    }


def _as_pdf(words: dict[str, Any]) -> str:
    """The letter inside its own link, for it is shown once and kept nowhere; "" where no PDF can be made."""
    try:
        made = documents.make("accounts/people/letter_document.html", made_at=words["today"], **words)
    except documents.NotMade:
        return ""
    return f"data:application/pdf;base64,{b64encode(made).decode()}"


@bp.post("/<int:person_id>/access-code/end")
@guarded(rules.may_look_after, one(User))
def end_code(person_id: int) -> Any:
    access_codes.end(session(), current_user, person_id)
    flash(_("The access code is ended, and so are the sign-ins it opened."), "good")
    return redirect(url_for(".show", person_id=person_id), 303)


def _keys() -> Keys:
    return Keys.of(str(current_app.secret_key))


def _born(person: User) -> str:
    return partial_dates.in_words(person.birth_date) if person.birth_date else ""


def _fill_in(form: PersonForm, person: User) -> None:
    """Show the birth date as people write it; the number is never shown in a form."""
    form.citizen_number.data = ""
    if person.birth_date:
        parts = partial_dates.parts(person.birth_date)
        form.birth_year.data, form.birth_month.data, form.birth_day.data = parts
