"""What is done later, by a worker: importing a file, counting a round, explaining a count."""

from collections.abc import Mapping
from typing import Any

from govapp.areas.models import Area
from govapp.budgeting.actions import counting, importing
from govapp.budgeting.models import Count, Round
from govapp.core.db import fetch
from govapp.core.errors import Unreadable
from govapp.core.files.keeping import StoredFile
from govapp.core.jobs import Running
from govapp.counting.pabulib import Malformed, read
from govapp.counting.patience import TooLong
from govapp.counting.rule import Rule

EXPLAIN_SECONDS = 20


def import_round(running: Running) -> Mapping[str, Any]:
    """Payload: file_id, name, area_id (or None). Result: round_id."""
    running.tell(5, 100)
    with running.database.read() as session:
        content = fetch(session, StoredFile, running.payload["file_id"]).content
    try:
        file = read(content, running.payload["name"])
    except Malformed as malformed:
        raise Unreadable(str(malformed).replace("%", "%%")) from malformed
    running.tell(60, 100)
    with running.begin() as session:
        area_id = running.payload.get("area_id")
        area = fetch(session, Area, area_id) if area_id else None
        round_ = importing.import_round(session, running.actor_id, file, content, area)
        return {"round_id": round_.id}


def count_round(running: Running) -> None:
    """Payload: round_id, rule. Under the round's own rule it takes as long as it takes."""
    round_id, rule = running.payload["round_id"], Rule.from_json(running.payload["rule"])
    try:
        with running.database.read() as session:
            counted = counting.compute_count(session, fetch(session, Round, round_id), rule, running.tell)
    except TooLong:
        with running.begin() as session:
            counting.give_up(session, running.actor_id, round_id, rule)
    else:
        with running.begin() as session:
            counting.keep_count(session, running.actor_id, counted)


def explain_count(running: Running) -> None:
    """Payload: count_id. Counts again and again to find how many votes the losers were short of."""
    count_id = running.payload["count_id"]
    with running.database.read() as session:
        counted = fetch(session, Count, count_id)
        needed = counting.find_needed(session, counted, EXPLAIN_SECONDS, running.tell)
    with running.begin() as session:
        counting.keep_needed(session, count_id, needed)
