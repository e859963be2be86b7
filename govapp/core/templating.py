"""What every template can use: translation, money, dates, versioned addresses of static files."""

import hashlib
from collections.abc import Callable, MutableMapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask.templating import Environment
from jinja2 import StrictUndefined, pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from govapp.config import folder
from govapp.core import dates, language, money, text, translations, web
from govapp.core.files import kinds


class OneDictionary(Environment):
    """Keeps what templates share in one dictionary: imports of macros compare its keys with every page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def install(app: Flask) -> None:
    app.jinja_environment = OneDictionary
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(_=say, asset=asset, url_for=address, other_language_url=web.other_language_url)
    env.filters.update(
        money=spoken(money.money),
        figures=spoken(money.figures),
        number=spoken(money.count),
        percent=spoken(money.percent),
        date_long=spoken(dates.long_date),
        date_short=spoken(dates.short_date),
        date_time=spoken(dates.short_moment),
        last_day=dates.last_day,
        iso_day=date.fromisoformat,
        file_kind=lambda kind: kinds.FACTS[kind].label,
        file_size=spoken(kinds.size),
        fiscal_year=spoken(
            lambda year_be: year_be if language.current() == "th" else year_be - dates.BE_AHEAD
        ),
        thai_digits=text.thai_digits,
        told=spoken(translations.told),
        untranslated=spoken(translations.untranslated),
        share=lambda part, whole: Fraction(part, whole) if whole else Fraction(0),
        decimal=lambda number: f"{Decimal(number):.2f}",
    )
    app.context_processor(lambda: {"language": language.current()})


def spoken(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that answers in the language of the moment, which is not that of compiling a template."""

    @pass_context
    def asked(_context: Context, *given: Any, **named: Any) -> Any:
        return filter_(*given, **named)

    return asked


@pass_eval_context
def say(where: EvalContext, message: str, **values: Any) -> str:
    """What Jinja's own `_` says, remembered: a page says dozens of things that need no filling in."""
    if values or not where.autoescape:
        said = language.gettext(message)
        return (Markup(said) if where.autoescape else said) % values
    return _said(language.current(), message)


@lru_cache(maxsize=10_000)
def _said(_language: str, message: str) -> Markup:
    return Markup(language.gettext(message)) % {}


def address(endpoint: str, **values: Any) -> str:
    """As Flask's url_for; the address of a page without parts is found once."""
    if values or endpoint.startswith("."):
        return url_for(endpoint, **values)
    return _fixed(request.script_root, endpoint)


@cache
def _fixed(_root: str, endpoint: str) -> str:
    return url_for(endpoint)


def asset(path: str) -> str:
    """The address of a static file, with a version so that browsers may keep it for a year."""
    return f"{request.script_root}{_address(path)}"


@cache
def _address(path: str) -> str:
    return f"/static/{path}?v={_version(path)}"


@cache
def _version(path: str) -> str:
    file = Path(__file__).parents[1] / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else "missing"


def template_folder() -> str:
    return str(folder("templates"))
