"""Every run, in the order in which they are carried out."""

from collections.abc import Mapping

from tests.battery import (
    areas_import,
    box_life,
    close_box,
    disk_full,
    double_post,
    enumeration,
    killed,
    linkage,
    old_backup,
    skew,
)
from tests.battery.frame import Run

RUNS: Mapping[str, Run] = {
    run.name: run
    for run in (
        enumeration.RUN,
        areas_import.RUN,
        box_life.RUN,
        double_post.RUN,
        close_box.RUN,
        killed.WORKERS,
        killed.SQLITE,
        disk_full.RUN,
        skew.RUN,
        old_backup.RUN,
        linkage.RUN,
    )
}
