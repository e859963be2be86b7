"""What rules are called elsewhere: in the META of a Pabulib file, and as options of `govapp count`."""

import shlex
from collections.abc import Mapping

from govapp.counting.pabulib_write import money as in_units
from govapp.counting.rule import Completion, Method, Rule

GREEDY = {
    "greedy": Method.GREEDY,
    "greedy-no-skip": Method.GREEDY_NO_SKIP,
    "greedy-threshold": Method.GREEDY_THRESHOLD,
}
THRESHOLD = "min_project_score_threshold"
EQUAL_SHARES = {"equalshares": Completion.NONE, "equalshares/add1": Completion.ADD1}


def named_rule(meta: Mapping[str, str]) -> Rule | None:
    """The rule that a file names, in our terms; None where it names none, or one with terms of its own."""
    name = meta.get("rule", "").strip().lower()
    if name in GREEDY:
        method = GREEDY[name]
        return Rule(method, threshold=threshold(meta) if method is Method.GREEDY_THRESHOLD else 0)
    plain = name.removesuffix("-comparison")
    if plain in EQUAL_SHARES:
        return Rule(Method.EQUAL_SHARES, completion=EQUAL_SHARES[plain], comparison=plain != name)
    return None


def name_of(rule: Rule) -> str:
    """What a Pabulib file calls the rule; "" for one that has no name there."""
    if rule.method is Method.EQUAL_SHARES:
        names = {completion: name for name, completion in EQUAL_SHARES.items()}
        name = names.get(rule.completion, "")
        return f"{name}-comparison" if name and rule.comparison else name
    return next((name for name, method in GREEDY.items() if method is rule.method), "")


def meta_of(rule: Rule, ballots: int) -> dict[str, str]:
    """The META of a file whose election was held under the rule, as far as the format can say it.

    ballots  that were counted: the format knows a threshold in votes (points) only
    """
    in_votes, found = rule.in_votes(ballots), {"rule": name_of(rule)}
    return found | ({THRESHOLD: str(in_votes.threshold)} if "threshold" in in_votes.numbers else {})


def threshold(meta: Mapping[str, str]) -> int:
    """The fewest votes (points) a project needs; 0 where the file does not say."""
    text = meta.get(THRESHOLD, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def as_options(rule: Rule) -> str:
    """What to type after `govapp count FILE` to count by this rule; what is usual is left out."""
    usual = Rule(rule.method)
    words = [f"--rule {rule.method}"]
    words += [f"--utility {rule.utility}"] if rule.utility != usual.utility else []
    words += [f"--completion {rule.completion}"] if rule.completion != usual.completion else []
    words += [f"--increment {in_units(rule.increment)}"] if rule.increment != usual.increment else []
    words += [f"--threshold {rule.threshold}"] if "threshold" in rule.numbers else []
    share = in_units(rule.threshold_basis_points)
    words += [f"--threshold-percent {share}"] if "threshold_basis_points" in rule.numbers else []
    words += ["--comparison"] if rule.comparison else []
    words += [f"--ties {rule.ties}"] if rule.ties != usual.ties else []
    words += [f"--reserve {shlex.quote(f'{name}={in_units(kept)}')}" for name, kept in rule.reserved.items()]
    return " ".join(words)
