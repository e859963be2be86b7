"""Putting projects on the ballot, one by one or from a file, while the ballot is still being made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.core import text
from govapp.core.errors import NotNow, Refused
from govapp.core.files.keeping import keep
from govapp.core.files.kinds import Upload
from govapp.core.language import N_
from govapp.editions import queries
from govapp.editions.actions.changing import changed, changing
from govapp.editions.events import (
    ProjectOnBallotChanged,
    ProjectPutOnBallot,
    ProjectsPutOnBallot,
    ProjectTakenOffBallot,
)
from govapp.editions.models import EditionProject
from govapp.editions.rules.drafts import ProjectDraft
from govapp.editions.rules.plans import MOST_PROJECTS
from govapp.editions.rules.tables import Column, kept

TAKEN = N_("Another project has the number %(code)s. Choose another one.")
TOO_MANY = N_("A ballot has room for %(most)s projects.")


@dataclass(frozen=True)
class Picture:
    """words: what it shows, for whoever cannot see it; upload None leaves the picture that is there."""

    words: str = ""
    upload: Upload | None = None
    is_removed: bool = False


def add(
    session: Session, actor: Any, edition_id: int, draft: ProjectDraft, picture: Picture
) -> EditionProject:
    """Raises Denied, NotNow once voting was opened, Refused where the code is taken or the ballot is full."""
    edition = changing(session, actor, edition_id)
    _check_code(session, edition_id, draft.code)
    if len(queries.projects(session, edition_id)) >= MOST_PROJECTS:
        raise NotNow(TOO_MANY, most=MOST_PROJECTS)
    project = EditionProject(edition_id=edition.id)
    _write(project, draft)
    _hang(session, project, picture)
    session.add(project)
    session.flush()
    changed(session, actor, edition, ProjectPutOnBallot(edition.id, project.id))
    return project


def change(
    session: Session, actor: Any, edition_id: int, code: str, draft: ProjectDraft, picture: Picture
) -> EditionProject:
    """Raises Denied, Missing, NotNow once voting was opened, Refused where the new code is taken."""
    edition = changing(session, actor, edition_id)
    project = queries.project(session, edition_id, code)
    if draft.code != code:
        _check_code(session, edition_id, draft.code)
    _write(project, draft)
    _hang(session, project, picture)
    changed(session, actor, edition, ProjectOnBallotChanged(edition.id, project.id))
    return project


def remove(session: Session, actor: Any, edition_id: int, code: str) -> None:
    """Raises Denied, Missing, NotNow once voting was opened."""
    edition = changing(session, actor, edition_id)
    project = queries.project(session, edition_id, code)
    session.delete(project)
    changed(session, actor, edition, ProjectTakenOffBallot(edition.id, project.id))


def bring_in(
    session: Session,
    actor: Any,
    edition_id: int,
    drafts: Sequence[ProjectDraft],
    file_sha256: str,
    columns: Collection[Column] = frozenset(Column),
) -> tuple[int, int]:
    """All projects of a file; one whose code is there already is changed. How many are new, and changed.

    columns: those of the file; what it has none for stays as it is. The codes of the drafts must differ.
    Raises Denied, NotNow once voting was opened or the ballot is full.
    """
    edition = changing(session, actor, edition_id)
    here = {project.code: project for project in queries.projects(session, edition_id)}
    new = [draft for draft in drafts if draft.code not in here]
    if len(here) + len(new) > MOST_PROJECTS:
        raise NotNow(TOO_MANY, most=MOST_PROJECTS)
    for draft in drafts:
        present = here.get(draft.code)
        project = present or EditionProject(edition_id=edition.id)
        _write(project, kept(draft, present, columns) if present else draft)
        session.add(project)
    counts = len(new), len(drafts) - len(new)
    changed(session, actor, edition, ProjectsPutOnBallot(edition.id, *counts, file_sha256))
    return counts


def _check_code(session: Session, edition_id: int, code: str) -> None:
    query = select(EditionProject.id).where(
        EditionProject.edition_id == edition_id, EditionProject.code == code
    )
    if session.scalar(query) is not None:
        raise Refused(TAKEN, code=code)


def _write(project: EditionProject, draft: ProjectDraft) -> None:
    project.code, project.title, project.description = draft.code, draft.title, draft.description
    project.cost_satang, project.categories = draft.cost_satang, list(draft.categories)
    project.place, project.district = draft.place, draft.district
    project.exclusive_group = draft.exclusive_group
    project.translations = {code: dict(words) for code, words in draft.translations.items()}
    project.proposer, project.source = draft.proposer, draft.source
    project.sort_key = text.sort_key(draft.title)[:500]
    words = [draft.code, draft.title, draft.description, draft.place, draft.district, *draft.categories]
    for told in draft.translations.values():
        words += [told.get("title", ""), told.get("description", ""), told.get("place", "")]
        words += told.get("categories", ())
    project.search_text = text.search_text(" ".join(words))


def _hang(session: Session, project: EditionProject, picture: Picture) -> None:
    """Put the picture beside the project, or take it away."""
    if picture.upload is not None:
        project.picture_id = keep(session, picture.upload).id
        project.picture_name = picture.upload.name
    elif picture.is_removed:
        project.picture_id, project.picture_name = None, ""
    project.picture_words = picture.words if project.picture_id is not None else ""
