"""A counting rule as options of a command."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from govapp.counting.rule import WHOLE, Completion, Method, Rule, Utility

Command = TypeVar("Command", bound=Callable[..., Any])

_AMOUNT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")


def amount(value: str) -> int:
    """Money in the file's unit, with a decimal point if need be, as 1/100 units."""
    match = _AMOUNT.fullmatch(value)
    if not match:
        raise click.BadParameter(f"expected an amount such as 1, 1000 or 0.50, found {value!r}")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def percent(value: str) -> int:
    """A percentage, with a decimal point if need be, as 1/100 percent."""
    match = _AMOUNT.fullmatch(value)
    if not match or not 0 < (basis_points := amount(value)) <= WHOLE:
        raise click.BadParameter(f"expected a percentage from 0.01 to 100, found {value!r}")
    return basis_points


def reserved(value: str) -> tuple[str, int]:
    """NAME=AMOUNT"""
    name, _, money = value.rpartition("=")
    if not name:
        raise click.BadParameter(f"expected NAME=AMOUNT, found {value!r}")
    return name, amount(money)


def _names(kinds: type[Method] | type[Utility] | type[Completion]) -> click.Choice[str]:
    return click.Choice([kind.value for kind in kinds])


OPTIONS = [
    click.option("--rule", "method", type=_names(Method), default="greedy", show_default=True),
    click.option(
        "--utility",
        type=_names(Utility),
        default="cost",
        show_default=True,
        help="What a project is worth to its voters. Greedy divides votes by cost for all but cost.",
    ),
    click.option(
        "--completion",
        type=_names(Completion),
        default="none",
        show_default=True,
        help="What Equal Shares does with money that is left.",
    ),
    click.option(
        "--increment",
        type=amount,
        default="1",
        show_default=True,
        help="Equal Shares: what a step adds to each voter's share, in the file's unit.",
    ),
    click.option("--threshold", type=click.IntRange(0), help="greedy-threshold: the fewest votes (points)."),
    click.option(
        "--threshold-percent",
        type=percent,
        metavar="PERCENT",
        help="greedy-threshold: the same as a share of all ballots counted, such as 5 or 2.5; approval only.",
    ),
    click.option(
        "--comparison", is_flag=True, help="Equal Shares: take the greedy outcome if more voters prefer it."
    ),
    click.option("--ties", default="cheapest", show_default=True, help="cheapest, id or seed:HEX."),
    click.option(
        "--reserve",
        type=reserved,
        multiple=True,
        metavar="NAME=AMOUNT",
        help="Keep money for a category or district first; can be given several times.",
    ),
]


def rule_options(command: Command) -> Command:
    """Give a command the options that `rule_of` reads."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def rule_of(given: dict[str, Any]) -> Rule:
    """The rule the options name; raises UsageError where they do not go together."""
    method = Method(given["method"])
    thresholds = [given[name] for name in ("threshold", "threshold_percent") if given[name] is not None]
    if (method is Method.GREEDY_THRESHOLD) != bool(thresholds):
        raise click.UsageError(
            "--rule greedy-threshold and one of --threshold and --threshold-percent need each other"
        )
    if len(thresholds) > 1:
        raise click.UsageError("--threshold and --threshold-percent do not go together")
    reserve = dict(given["reserve"])
    if len(reserve) != len(given["reserve"]):
        raise click.UsageError("--reserve names something twice")
    return Rule(
        method=method,
        utility=Utility(given["utility"]),
        completion=Completion(given["completion"]),
        increment=given["increment"],
        threshold=given["threshold"] or 0,
        threshold_basis_points=given["threshold_percent"] or 0,
        ties=given["ties"],
        comparison=given["comparison"],
        reserved=reserve,
    )
