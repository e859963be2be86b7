"""Official pages as PDF, and the same pages to print from the browser.

A page extends core/document.html; its view returns respond(…). One takes about half a second of a processor:
it may be made while somebody waits. Batches are for jobs, which call pdf(…).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib import import_module
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, current_app, render_template, request

from govapp.core import language
from govapp.core.dates import local
from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.core.official import official

log = logging.getLogger("govapp.documents")

TO_PRINT = "html"  # ?view=html
WAITING = 3  # in a process at once, the one being made among them: other pages need threads too
NO_PRESS = N_("This server cannot make PDF files at present.")
BUSY = N_("Many documents are being made at this moment.")
REMEDY = "Install pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)."

line = BoundedSemaphore(WAITING)
_one_at_a_time = Lock()


class NotMade(Exception):
    """There is no PDF; the message is a msgid that says why."""


def respond(template: str, filename: str, made_at: datetime, download: bool = False, **context: Any) -> Any:
    """The document as PDF; with ?view=html, or where no PDF can be made now, as a page to print.

    made_at   the moment the document speaks of, not of the download: the same document is the same bytes
    download  save it rather than show it
    It speaks the current language; wrap the call in language.use("th") for what is Thai whoever reads it.
    """
    context = {"made_at": local(made_at)} | context
    if request.args.get("view") == TO_PRINT:
        return _to_print(template, context)
    try:
        made = make(template, **context)
    except NotMade as error:
        return _to_print(template, context, _(str(error)))
    kind = "attachment" if download else "inline"
    headers = {"Content-Disposition": f"{kind}; filename*=UTF-8''{quote(filename, safe='')}"}
    return Response(made, headers=headers, content_type="application/pdf")


def make(template: str, **context: Any) -> bytes:
    """The document as PDF, in the current language. Its context names made_at. Raises NotMade."""
    with _in_line():
        html = _page(template, context | {"on_paper": True})
        return pdf(html, current_app.extensions["config"].public_url)


def pdf(html: str, site: str) -> bytes:
    """A finished page of the current language as tagged PDF: the same page, the same bytes. Raises NotMade.

    Only static files of this site and data: URLs get into it; what else the page names is left out.
    """
    press = _found()
    with _one_at_a_time:
        made: bytes = press.press(html, site.rstrip("/"), _footer())
    return made


def sheets(html: str, site: str) -> bytes:
    """Pages for a printer: the first, with what all have in common, lies under each of the others.

    What they say of their own must leave free what the first one says. Raises NotMade.
    """
    press = _found()
    with _one_at_a_time:
        made: bytes = press.press_sheets(html, site.rstrip("/"))
    return made


def available() -> bool:
    """Whether this machine can make PDFs. The first answer takes half a second."""
    return _press() is not None


def _page(template: str, context: dict[str, Any]) -> str:
    html = render_template(template, **context)
    return official(html) if language.current() == "th" else html


def _to_print(template: str, context: dict[str, Any], reason: str = "") -> str:
    others = {name: value for name, value in request.args.items() if name != "view"}
    as_pdf = "" if reason else f"{request.path}?{urlencode(others)}"
    return _page(template, context | {"on_paper": False, "reason": reason, "as_pdf": as_pdf})


def _footer() -> str:
    """`หน้า ๑ จาก ๓` as CSS."""
    digits = "thai" if language.current() == "th" else "decimal"
    page, pages = (f'" counter({name}, {digits}) "' for name in ("page", "pages"))
    words = _("Page %(page)s of %(pages)s", page=page, pages=pages)
    return f'"{words}"'


@contextmanager
def _in_line() -> Iterator[None]:
    if not line.acquire(blocking=False):
        raise NotMade(BUSY)
    try:
        yield
    finally:
        line.release()


def _found() -> Any:
    press = _press()
    if press is None:
        raise NotMade(NO_PRESS)
    return press


@cache
def _press() -> Any:
    """core/press.py, opened when first needed: it takes 45 MB, and pango, which not every machine has."""
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        return import_module("govapp.core.press")
    except OSError as error:
        log.warning("No PDF can be made: %s. %s", error, REMEDY)
        return None
