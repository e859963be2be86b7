"""Run by the oracle's own Python, apart from the product: pabutools counts one file by Add1, with its clock
and memory. Prints a line of JSON. Equal ballots are merged first, which is the faster of its two forms.
"""

import json
import re
import sys
import time
from pathlib import Path

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking

instance, profile = parse_pabulib(sys.argv[1])
merged = profile.as_multiprofile()
started = time.perf_counter()
outcome = method_of_equal_shares(
    instance, merged, sat_class=Cost_Sat, voter_budget_increment=1, tie_breaking=lexico_tie_breaking
)
seconds = time.perf_counter() - started
held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
funded = [str(project) for project in outcome]
print(json.dumps({"seconds": seconds, "peak_mb": int(held[1]) / 1024 if held else 0.0, "funded": funded}))
