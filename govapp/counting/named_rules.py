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


def threshold(meta: Mapping[str, str]) -> int:
    """The fewest votes (points) a project needs; 0 where the file does not say."""
    text = meta.get("min_project_score_threshold", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
