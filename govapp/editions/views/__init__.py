"""The pages of editions: for everybody, for those who plan them, and for voters."""

from govapp.editions.views import (
    announcement,
    boxes,
    door,
    planning,
    projects,
    public,
    rehearsal,
    station,
    vote,
    voters,
)

BLUEPRINTS = (
    public.bp,
    boxes.bp,
    planning.bp,
    projects.bp,
    rehearsal.bp,
    voters.bp,
    announcement.bp,
    door.bp,
    vote.bp,
    station.bp,
)
