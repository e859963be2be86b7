"""Letters as their reader gets them: through the file outlet of the app of a test."""

from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from govapp.core import clock, jobs
from govapp.core.db import Database
from govapp.core.jobs import Job, Task
from tests.mail import read


def take_turn(database: Database, tasks: Mapping[str, Task], *kinds: str) -> None:
    """Do these standing jobs once, in this order, whether their next turn has come or not."""
    for kind in kinds:
        mine = jobs.only(tasks, kind)
        jobs.stand_ready(database, mine)
        with database.write.begin() as session:
            session.execute(update(Job).where(Job.kind == kind).values(run_after=clock.now()))
        jobs.work_all(database, mine)


def answer(database: Database, tasks: Mapping[str, Task]) -> None:
    """Do what a worker does about people who ask at the door."""
    jobs.work_all(database, jobs.only(tasks, *({"answer_reset", "answer_sign_up"} & tasks.keys())))


def send(database: Database, tasks: Mapping[str, Task]) -> None:
    """Send what is due."""
    answer(database, tasks)
    take_turn(database, tasks, "send_letters")


def delivered(app: Flask) -> list[EmailMessage]:
    """Every letter so far, oldest first; those that are due are sent now."""
    send(app.extensions["database"], app.extensions["tasks"])
    folder: Path = app.extensions["config"].letter_folder
    files = sorted(folder.glob("*.eml"), key=lambda file: int(file.name.split(".")[1]))
    return [read(file) for file in files]
