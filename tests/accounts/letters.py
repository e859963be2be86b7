"""Letters as their reader gets them: through the file channel of the app of a test."""

from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from govapp.core import clock, jobs
from govapp.core.db import Database
from govapp.core.jobs import Job, Task
from tests.mail import read


def send(database: Database, tasks: Mapping[str, Task]) -> None:
    """Do the standing job once, whether its next turn has come or not."""
    jobs.work_all(database, jobs.only(tasks, *({"answer_reset"} & tasks.keys())))
    mine = jobs.only(tasks, "send_letters")
    jobs.stand_ready(database, mine)
    with database.write.begin() as session:
        session.execute(update(Job).where(Job.kind == "send_letters").values(run_after=clock.now()))
    jobs.work_all(database, mine)


def delivered(app: Flask) -> list[EmailMessage]:
    """Every letter so far, oldest first; those that are due are sent now."""
    send(app.extensions["database"], app.extensions["tasks"])
    folder: Path = app.extensions["config"].letter_folder
    files = sorted(folder.glob("*.eml"), key=lambda file: int(file.name.split(".")[1]))
    return [read(file) for file in files]
