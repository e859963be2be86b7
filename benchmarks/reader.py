"""Run by the oracle's own Python, apart from the product: pabutools reads a file and counts it by each rule
named. Prints a line of JSON: rule -> winners in order.
"""

import json
import sys

from pabutools.election import (
    Additive_Borda_Sat,
    Additive_Cardinal_Sat,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    OrdinalProfile,
    parse_pabulib,
)
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking

path, *names = sys.argv[1:]
instance, profile = parse_pabulib(path)
is_approval = isinstance(profile, ApprovalProfile)
ballots = profile.as_multiprofile() if is_approval else profile
of_points = Additive_Borda_Sat if isinstance(profile, OrdinalProfile) else Additive_Cardinal_Sat
worth = Cardinality_Sat if is_approval else of_points


def funded(name: str) -> list[str]:
    shared = {"sat_class": Cost_Sat if "cost" in name else worth, "tie_breaking": lexico_tie_breaking}
    if name.startswith("greedy"):
        return list(map(str, greedy_utilitarian_welfare(instance, ballots, **shared)))
    step = 1 if name.endswith("add1") else None
    return list(map(str, method_of_equal_shares(instance, ballots, voter_budget_increment=step, **shared)))


print(json.dumps({name: funded(name) for name in names}))
