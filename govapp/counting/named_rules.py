"""The rule that a Pabulib file says it was held under (META keys rule, min_project_score_threshold)."""

from collections.abc import Mapping

from govapp.counting.rule import Completion, Method, Rule

GREEDY = {
    "greedy": Method.GREEDY,
    "greedy-no-skip": Method.GREEDY_NO_SKIP,
    "greedy-threshold": Method.GREEDY_THRESHOLD,
}
EQUAL_SHARES = {"equalshares": Completion.NONE, "equalshares/add1": Completion.ADD1}


def named_rule(meta: Mapping[str, str]) -> Rule | None:
    """The rule in our terms; None where the file names none, or one with terms of its own."""
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


def threshold(meta: Mapping[str, str]) -> int:
    """The fewest votes (points) a project needs; 0 where the file does not say."""
    text = meta.get("min_project_score_threshold", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
