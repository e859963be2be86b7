"""One report of all runs, as JSON and as HTML. What is not run again keeps its last outcome."""

import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.figures import number
from tests.battery.frame import Outcome

FOLDER = Path(__file__).parents[2] / "instance" / "battery"


def keep(outcome: Outcome, folder: Path = FOLDER) -> Path:
    """Put the outcome in its place in the report; the path of the HTML form.

    Short forms have a report of their own: they never hide what a long one found.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ("short.json" if outcome.short else "report.json")
    runs = _kept(path) | {outcome.run.name: outcome.as_json()}
    path.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shown = path.with_suffix(".html")
    shown.write_text(as_html(runs), encoding="utf-8")
    return shown


def as_html(runs: dict[str, Any]) -> str:
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["number"] = number
    return pages.get_template("report.html").render(runs=runs.values())


def _kept(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found
