"""What if more voters had come, who choose one project only: the question behind `votes_needed`."""

from dataclasses import replace

import numpy as np

from govapp.counting.ballots import BallotKind, Ballots, Election


def single_points(election: Election) -> int:
    """The points that a voter gives who chooses one project only.

    One on approval ballots; the last place's points on ranked ones; where points are handed out, as
    many as any voter handed out (cumulative), or gave to one project (scoring).
    """
    ballots = election.ballots
    if not len(ballots.points):
        return 1
    if election.kind is BallotKind.CUMULATIVE:
        return int(np.bincount(ballots.row, weights=ballots.points).max())
    if election.kind is BallotKind.ORDINAL:
        return int(ballots.points.min())
    return int(ballots.points.max())


def joined(election: Election, project: int, voters: int) -> Election:
    """The election with so many more voters (0 or more) who choose only the project of this index."""
    if voters == 0:
        return election
    old = election.ballots
    ballots = Ballots(
        np.append(old.start, old.start[-1] + 1),
        np.append(old.project, project),
        np.append(old.points, single_points(election)),
        np.append(old.weight, voters),
    )
    return replace(election, ballots=ballots)
