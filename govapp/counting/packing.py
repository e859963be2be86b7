"""A finished election's ballots as one block of bytes: it is only ever read whole."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from govapp.counting.ballots import Ballots, Integers

Places = Mapping[str, Mapping[str, Integers]]  # kind of place -> name -> ballot row -> voters


def pack(ballots: Ballots, places: Places) -> bytes:
    """Ballots and where their voters live, compressed (numpy's npz)."""
    names = [(kind, name) for kind, by_name in places.items() for name in by_name]
    arrays: dict[str, Any] = {f"place{i}": places[kind][name] for i, (kind, name) in enumerate(names)}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        start=ballots.start,
        project=ballots.project,
        points=ballots.points,
        weight=ballots.weight,
        names=np.array(names, dtype=np.str_).reshape(-1, 2),
        **arrays,
    )
    return buffer.getvalue()


def unpack(packed: bytes) -> tuple[Ballots, dict[str, dict[str, Integers]]]:
    """What was packed, equal to what went in."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as box:
        ballots = Ballots(box["start"], box["project"], box["points"], box["weight"])
        places: dict[str, dict[str, Integers]] = {}
        for i, (kind, name) in enumerate(box["names"]):
            places.setdefault(str(kind), {})[str(name)] = box[f"place{i}"]
    return ballots, places
