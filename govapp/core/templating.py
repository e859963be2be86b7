"""What every template can use: translation, money, dates, versioned addresses of static files."""

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from flask import Flask, request
from jinja2 import StrictUndefined

from govapp.config import folder
from govapp.core import dates, language, money, text, web
from govapp.core.files import kinds


def install(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(asset=asset, other_language_url=web.other_language_url)
    env.filters.update(
        money=money.money,
        figures=money.figures,
        number=money.count,
        percent=money.percent,
        date_long=dates.long_date,
        date_short=dates.short_date,
        date_time=dates.short_moment,
        last_day=dates.last_day,
        iso_day=date.fromisoformat,
        file_kind=lambda kind: kinds.FACTS[kind].label,
        file_size=kinds.size,
        fiscal_year=lambda year_be: year_be if language.current() == "th" else year_be - dates.BE_AHEAD,
        thai_digits=text.thai_digits,
        share=lambda part, whole: Fraction(part, whole) if whole else Fraction(0),
        decimal=lambda number: f"{Decimal(number):.2f}",
    )
    app.context_processor(lambda: {"language": language.current()})


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
