"""Where no vote came of a round, the people on its roll are forgotten once its calendar is long over."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from govapp.core import clock, jobs
from govapp.core.db import Database
from govapp.core.key_folder import KeyFolder
from govapp.editions.actions import planning
from govapp.rolls.models import RollEntry
from govapp.rolls.rules import erased_after
from govapp.wiring import TASKS
from tests import make
from tests.editions import planned

VOTERS = 7


@pytest.mark.parametrize(
    ("days", "is_called_off", "is_frozen", "left"),
    [
        (erased_after().days + 30, False, False, 0),
        (erased_after().days + 30, True, False, 0),
        (erased_after().days, True, False, VOTERS),  # its calendar ends some days from now
        (erased_after().days + 30, False, True, VOTERS),  # a box has its voters
        (erased_after().days + 30, True, True, 0),
    ],
)
def test_who_stands_on_a_roll_of_no_use_is_forgotten(
    database: Database, tmp_path: Path, days: int, is_called_off: bool, is_frozen: bool, left: int
) -> None:
    with database.write() as session:
        officer = make.officer(session, make.area(session))
        made = planned.edition(session, officer)
        if is_frozen:
            planned.ready(session, officer, made, KeyFolder(tmp_path), VOTERS)
        else:
            planned.fill(session, officer, made, VOTERS)
        if is_called_off:
            planning.call_off(session, officer, made.id, "สมมติ")
        session.commit()
    jobs.stand_ready(database, jobs.only(TASKS, "forget_rolls"))
    with clock.stopped(clock.now() + timedelta(days=days)):
        assert jobs.run_next(database, jobs.only(TASKS, "forget_rolls"))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RollEntry)) == left
