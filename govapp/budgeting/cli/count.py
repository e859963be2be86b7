"""`govapp count FILE.pb`: count a Pabulib file. Needs no database, no server and no settings."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, NoReturn

import click

from govapp.budgeting.cli import plain, report
from govapp.budgeting.cli.options import rule_of, rule_options
from govapp.budgeting.cli.progress import Progress
from govapp.counting.count import APPROVALS, count, votes_needed
from govapp.counting.measures import Measures, compare, measure
from govapp.counting.named_rules import as_options, named_rule, threshold
from govapp.counting.outcome import Outcome
from govapp.counting.pabulib import LIMIT, Malformed, PbFile, read
from govapp.counting.rule import Completion, Method, Rule, Utility

UNUSABLE = 2  # exit status: this file cannot be counted, or not by this rule
USUAL = (
    Rule(Method.GREEDY),
    Rule(Method.EQUAL_SHARES, completion=Completion.ADD1_GREEDY),
    Rule(Method.EQUAL_SHARES, Utility.CARDINALITY, Completion.ADD1_GREEDY),
    Rule(Method.PHRAGMEN),
)

Counted = tuple[Rule, Outcome, Measures]


@click.command("count")
@click.argument("file", type=click.File("rb"))
@rule_options
@click.option("--compare", "others", is_flag=True, help="Also count by other rules, side by side.")
@click.option(
    "--votes-needed",
    "needed",
    is_flag=True,
    help="Count again to find how many votes each loser was short of. Greedy rules always say so.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON. Money is in the file's unit.")
def count_command(file: BinaryIO, others: bool, needed: bool, as_json: bool, **given: Any) -> None:
    """Count FILE, a Pabulib .pb file, and say why each project won or lost.

    A FILE of - reads standard input. The exit status is 2 when the file cannot be counted.
    """
    rule, name = rule_of(given), getattr(file, "name", "<stdin>")
    try:
        data = read(file.read(LIMIT + 1), name)
        for warning in _warnings(data, rule):
            click.echo(f"Warning: {name}: {warning}", err=True)
        rules = [rule, *_others(data, rule)] if others else [rule]
        counted = [_count(data, each, needed and each is rule) for each in rules]
    except Malformed as error:
        _refuse(str(error))
    except ValueError as error:
        _refuse(f"{name}: {error}")
    click.echo(_json(data, counted) if as_json else _text(data, counted))


def _refuse(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    raise SystemExit(UNUSABLE)


def _count(file: PbFile, rule: Rule, needed: bool) -> Counted:
    with Progress() as progress:
        outcome = count(file.election, rule, progress)
        if needed:
            outcome = _with_votes_needed(file, rule, outcome, progress)
    return rule, outcome, measure(file.election, outcome.funded, file.places)


def _with_votes_needed(file: PbFile, rule: Rule, outcome: Outcome, progress: Progress) -> Outcome:
    """Ask for every loser that does not say yet, up to as many votes again as there are voters."""
    open_ids = [p for p, why in outcome.projects.items() if not why.funded and why.votes_needed is None]
    whys = dict(outcome.projects)
    for done, project in enumerate(open_ids):
        progress(done, len(open_ids))
        found = votes_needed(file.election, rule, project, limit=file.election.ballots.voters)
        whys[project] = replace(whys[project], votes_needed=found)
    return replace(outcome, projects=whys)


def _others(file: PbFile, rule: Rule) -> list[Rule]:
    """The usual rules beside the chosen one, with its ties, increment and reserved shares."""
    approvals = file.election.kind in APPROVALS
    alike = [replace(r, ties=rule.ties, increment=rule.increment, reserved=rule.reserved) for r in USUAL]
    return [r for r in alike if r != rule and (approvals or r.method is not Method.PHRAGMEN)]


def _warnings(file: PbFile, rule: Rule) -> Iterator[str]:
    yield from map(str, file.warnings)
    named, in_votes = named_rule(file.meta), rule.in_votes(file.election.ballots.voters)
    name, least = file.meta.get("rule", ""), threshold(file.meta)
    if named and as_options(named) != as_options(in_votes):
        yield f"META names the rule {name}; this counts by {as_options(rule)}, not {as_options(named)}"
    elif name.startswith(("greedy-custom", "greedy-exclusive")):
        yield f"META names the rule {name}, which has terms of its own; this counts by {as_options(rule)}"
    if least and rule.method is not Method.GREEDY_THRESHOLD and (not named or not named.threshold):
        yield f"META asks for a score of at least {least} (min_project_score_threshold); this count does not"


def _text(file: PbFile, counted: list[Counted]) -> str:
    if len(counted) > 1:
        return "\n".join(report.side_by_side(file, counted))
    return "\n".join(report.report(file, *counted[0]))


def _json(file: PbFile, counted: list[Counted]) -> str:
    (_, first, measures), *rest = counted
    document = plain.document(file, first, measures)
    if rest:
        document["compare"] = [plain.comparison(o, m, compare(first, o)) for _, o, m in rest]
    return json.dumps(document, ensure_ascii=False, indent=2)
