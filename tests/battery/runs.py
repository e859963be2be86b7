"""Every run, in the order in which they are carried out."""

from collections.abc import Mapping

from tests.battery import areas_import, box_life, enumeration, linkage
from tests.battery.frame import Run

RUNS: Mapping[str, Run] = {
    run.name: run for run in (enumeration.RUN, areas_import.RUN, box_life.RUN, linkage.RUN)
}
