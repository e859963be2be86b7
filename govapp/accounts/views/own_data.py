"""Taking one's data along, and closing one's account."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
)
from flask import (
    session as cookie,
)
from flask_login import current_user

from govapp.accounts.actions import closing as actions
from govapp.accounts.forms.names import CloseForm
from govapp.accounts.rules import people as rules
from govapp.accounts.views.sign_in import ask_for_proof, current_sign_in
from govapp.core import clock, dates, personal_data, throttle
from govapp.core.forms import Form
from govapp.core.language import gettext as _
from govapp.core.web import page, session, signed_in

bp = Blueprint("own_data", __name__, url_prefix="/account")

DOWNLOADS_A_MINUTE = 3


@bp.route("/data", methods=["GET", "POST"])
@signed_in
def download() -> Any:
    ask_for_proof()
    if not Form().sent():
        return page("accounts/download.html")
    throttle.count_try(current_app.extensions["database"], {f"data {current_user.id}": DOWNLOADS_A_MINUTE})
    sources = current_app.extensions["personal_data"]
    parts = [part for source in sources for part in source(session(), current_user.id)]
    actions.note_taken(session(), current_sign_in())
    now = clock.now()
    readable = render_template("accounts/my_data.html", parts=parts, made_at=now)
    files = {"my-data.json": personal_data.as_json(parts, now), "my-data.html": readable}
    name = f"my-data-{dates.local_day(now):%Y%m%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(personal_data.pack(files, dates.local(now)), 200, headers, mimetype="application/zip")


@bp.route("/close", methods=["GET", "POST"])
@signed_in
def close() -> Any:
    ask_for_proof()
    form, may = CloseForm(), rules.may_close_account(current_user)
    if request.method == "POST" and form.sent():
        actions.close(session(), current_sign_in())
        cookie.clear()
        flash(_("Your account is closed, and your data are gone."), "good")
        return redirect("/", 303)
    return page("accounts/close.html", form=form, may=may, status=422 if form.errors else 200)
