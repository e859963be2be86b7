"""The seam between Flask and everything else: sessions, doors, pages, parts, languages, refusals."""

import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
)
from flask import (
    session as cookie,
)
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as AnyResponse

from govapp.core import language
from govapp.core.db import fetch
from govapp.core.errors import Refused, require
from govapp.core.failures import why_unavailable
from govapp.core.language import gettext as _
from govapp.core.refusals import REFUSALS

log = logging.getLogger("govapp.web")

View = Callable[..., Any]
Rule = Callable[..., bool]
Subject = Callable[..., Any]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LANGUAGE_COOKIE = "language"
LARGEST_KEY = 2**31 - 1
CSRF = CSRFProtect()
OUR_SITES = (None, "same-origin", "none")  # Sec-Fetch-Site: old browsers say nothing, "none" is the person


def session() -> Session:
    """This request's database session. One request is one transaction, and looking never writes."""
    if "session" not in g:
        database = current_app.extensions["database"]
        g.session = (database.read if request.method in SAFE_METHODS else database.write)()
    found: Session = g.session
    return found


def looking() -> Session:
    """A session that only looks, beside the request's own: who asks whether something may be done,
    or takes long to find out, keeps no other writer waiting."""
    if request.method in SAFE_METHODS:
        return session()
    if "looking" not in g:
        g.looking = current_app.extensions["database"].look()
    found: Session = g.looking
    return found


class KeyConverter(IntegerConverter):
    """<int:…> in an address: a key that fits its column, or there is no such page."""

    def __init__(self, map: Any, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_KEY, **options})


def public(view: View) -> View:
    """The door of a page for everyone."""
    view.door = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """The door of a page for everybody with an account, about nothing but their own things."""
    view.door = "signed_in"  # type: ignore[attr-defined]
    return view


def guarded(rule: Rule, subject: Subject | None = None, words: str = "") -> Callable[[View], View]:
    """The door of a page for those whom a rule allows: it asks rule(actor), or rule(actor, subject).

    subject  (session, **parts of the address) -> what the rule is about; raises Missing
    words    msgid said to others, where more can be said than that the page is not open to them
    """

    def mark(view: View) -> View:
        view.door, view.rule, view.subject = "guarded", rule, subject  # type: ignore[attr-defined]
        view.words = words  # type: ignore[attr-defined]
        return view

    return mark


def one(model: type[Any]) -> Subject:
    """The subject of a page about one row, whose key is the only part of the address."""

    def subject(session: Session, **parts: Any) -> Any:
        (key,) = parts.values()
        return fetch(session, model, key)

    subject.model = model  # type: ignore[attr-defined]
    return subject


def proved(view: View) -> View:
    """Also asks for a password or code given just now: for sensitive deeds."""
    view.proved = True  # type: ignore[attr-defined]
    return view


def quiet(view: View) -> View:
    """Nothing is written about who opens it, also not that their sign-in was used: pages around a ballot."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def is_quiet() -> bool:
    """Whether this request is for such a page."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "quiet", False)


def reflects_nothing(view: View) -> View:
    """Nothing that comes with a GET without a query stands on its answer, so it may be sent compressed though
    it holds a secret: reading secrets off sizes (BREACH) needs both on one page."""
    view.reflects_nothing = True  # type: ignore[attr-defined]
    return view


def is_compressible() -> bool:
    """Whether the answer to this request may be compressed where it holds a secret."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "reflects_nothing", False) and request.method == "GET" and not request.query_string


def always_open(view: View) -> View:
    """Also for people who are signed in but must do something else first, such as set up a second factor."""
    view.always_open = True  # type: ignore[attr-defined]
    return view


def by_machines(view: View) -> View:
    """A POST to it needs no form of ours: the address alone is the proof, so it must hold a signed token."""
    marked: View = CSRF.exempt(view)
    return marked


def page(template: str, part: str | None = None, status: int = 200, **context: Any) -> Any:
    """Render the whole page, or only its part when htmx asks for it."""
    return render_template(part if part and by_htmx() else template, **context), status


def done(back_to: str, part: str, **context: Any) -> str | AnyResponse:
    """After a POST: htmx gets the changed part, a plain browser goes back to the page."""
    return render_template(part, **context) if by_htmx() else redirect(back_to, 303)


def by_htmx() -> bool:
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page_number() -> int:
    """The ?page=N of a list, from 1; anything else is the first page."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def local_path(target: str | None, otherwise: str = "/") -> str:
    """The target when it is a path of this site, else `otherwise`: never a way out."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    if any(ord(c) < 33 or c == "\\" for c in target) or urlsplit(target).netloc:
        return otherwise
    return target


def install(app: Flask) -> None:
    """Doors, transactions, languages and error pages."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_choose_language)  # first, so that every refusal is in the visitor's language
    app.before_request(_check_origin)
    CSRF.init_app(app)
    app.before_request(_check_door)
    app.after_request(_commit)
    app.after_request(_keep_private)
    app.teardown_request(_forget)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)
    app.log_exception = lambda _: None  # type: ignore[assignment]  # _refusal does, with its reference


def other_language_url() -> str:
    """Switch between Thai and English and come back to the page one is on."""
    other = "en" if language.current() == "th" else "th"
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return f"/language/{other}?{urlencode({'next': here})}"


def _choose_language() -> None:
    asked = request.cookies.get(LANGUAGE_COOKIE, "")
    known = language.available()
    language.set_current(asked if asked in known else current_app.config["LANGUAGE"])


def _check_origin() -> None:
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") not in OUR_SITES:
        abort(403)
    if any("\0" in value for values in request.args.listvalues() for value in values):
        abort(400)  # PostgreSQL keeps no NUL; forms refuse it for themselves


def _check_door() -> Any:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "door", "public") != "public" and not current_user.is_authenticated:
        if request.method in SAFE_METHODS:
            return redirect(f"/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
        abort(403)
    return None


def ask_rule() -> None:
    """Let in only whom the rule of the page allows; asked after everything that leads elsewhere first."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "door", "") == "guarded":
        about = (view.subject(looking(), **(request.view_args or {})),) if view.subject else ()
        require(view.rule(current_user, *about), view.words)


def _commit(response: Response) -> Response:
    if "session" in g and response.status_code < 400 and request.method not in SAFE_METHODS:
        g.session.commit()
    return response


def _keep_private(response: Response) -> Response:
    if cookie and (request.endpoint != "static" or response.status_code >= 400):
        response.headers["Cache-Control"] = "no-store"
    return response


def _forget(_error: BaseException | None) -> None:
    for name in ("session", "looking"):
        if name in g:
            g.pop(name).rollback()  # whatever was not committed is forgotten


def _refused(error: Refused) -> Any:
    return _refusal(error.status, _(error.message) % error.values if error.message else "")


def _forged(error: CSRFError) -> Any:
    return _refusal(403, _("This form has grown old. Reload the page, and send it again."))


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    if isinstance(cause, Exception):  # after the view, such as a commit that failed
        return _failed(cause)
    return _refusal(error.code, "", error.get_headers())


def _failed(error: Exception) -> Any:
    if words := why_unavailable(error):
        return _refusal(503, _(words), error=error)
    return _refusal(500, "", error=error)


def _refusal(status: int, message: str, headers: Any = (), error: Exception | None = None) -> Any:
    """The page of a refusal; it asks nothing of the database, which may be what failed."""
    reference = secrets.token_hex(4).upper()
    if error is not None:
        where = status == 500 and error  # a full disk needs no page of code for every request
        words = (reference, request.method, request.path, str(error).partition("\n")[0])
        log.error("reference %s: %s %r: %s", *words, exc_info=where)
    if "session" in g:
        g.session.rollback()
    title, usual, advice = REFUSALS.get(status, REFUSALS[500 if status >= 500 else 400])
    body = render_template(
        "core/refused.html",
        status=status,
        title=_(title),
        message=message or _(usual),
        advice=[_(advice)],
        reference=reference,
    )
    kept = {name: value for name, value in headers if name == "Allow"}
    if by_htmx():  # above the page, so that what was typed stays
        kept |= {"HX-Retarget": "#notices", "HX-Reselect": "#refusal", "HX-Reswap": "innerHTML"}
    return body, status, kept
