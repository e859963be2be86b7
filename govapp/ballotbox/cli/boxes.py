"""`govapp box`: what the people who run a server see to in its ballot boxes. Slices above add commands."""

import sys
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from govapp.ballotbox.actions import batches, closing, starting
from govapp.ballotbox.models import BallotBox, Status
from govapp.ballotbox.queries import box_keys, log
from govapp.core.errors import Refused
from govapp.core.key_folder import KeyFolder
from govapp.ledger.faults import Fault
from govapp.ledger.tree import Tree

group = AppGroup("box", help="Ballot boxes: their keys on this server, and whether they are safe.")

KEYS_NEEDED = (Status.OPEN, Status.CLOSED)


@group.command("list")
def list_() -> None:
    """List the boxes, the newest first: number, state, name, and which of their keys lie here."""
    keys: KeyFolder = current_app.extensions["keys"]
    lying = set(keys.names())
    with current_app.extensions["database"].read() as session:
        for box in session.scalars(select(BallotBox).order_by(BallotBox.id.desc())):
            kinds = (box_keys.SLOT, box_keys.LOG, box_keys.ROOM, box_keys.SEEN)
            here = [kind for kind in kinds if box_keys.file(box, kind) in lying]
            click.echo(f"{box.id:>5}  {box.status:<9}  {box.name}  {','.join(here) or '-'}  {box.title}")


@group.command("destroy-key")
@click.argument("box_id", type=int, metavar="BOX")
def destroy_key(box_id: int) -> None:
    """Destroy the key that joins names and ballots of BOX on this server.

    Of a room box that was opened also the key of its ballots, should the server have stopped just then.
    For servers besides the one whose page destroyed it; the page is where the deed is recorded. Refuses
    before the final checkpoint is signed. Done twice it does nothing.
    """
    with current_app.extensions["database"].read() as session:
        try:
            was_there = closing.destroy_copy(session, current_app.extensions["keys"], box_id)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
    click.echo(
        "The key is destroyed on this server." if was_there else "The key does not lie on this server."
    )


@group.command()
def check() -> None:
    """Check that this server can take, log and close the ballots of every open box. Exit 1 otherwise.

    Looks at the key of each box, at the key that signs for it, whether its log goes on from what this server
    signed last, whether a key that was to be destroyed still lies here, and at the settings of PostgreSQL.
    """
    keys: KeyFolder = current_app.extensions["keys"]
    with current_app.extensions["database"].read() as session:
        known = session.scalars(select(BallotBox).order_by(BallotBox.id)).all()
        boxes = [box for box in known if box.status in KEYS_NEEDED]
        faults = [
            *_of_database(session),
            *(fault for box in boxes for fault in _of_box(session, keys, box)),
            *(fault for box in known for fault in _left_over(keys, box)),
        ]
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo(f"{len(boxes)} boxes are in use here, and nothing is wrong with them.")


def _of_database(session: Session) -> Iterator[str]:
    try:
        starting.require_safe(session)
    except Refused as refused:
        yield f"database: {refused}"


def _of_box(session: Session, keys: KeyFolder, box: BallotBox) -> Iterator[str]:
    """What is wrong with the keys and the log of a box on this server."""
    try:
        box_keys.slot_key(keys, box)
    except Refused as refused:
        yield f"box {box.id}: {refused}"
    if box.is_room:
        return
    try:
        box_keys.signer(keys, box)
        newest = log.checkpoints(session, box.id, most=1)
        batches.check_extends(keys, box, Tree(log.leaves(session, box.id)), newest[0] if newest else None)
    except (Refused, Fault) as refused:
        yield f"box {box.id}: {refused}"


def _left_over(keys: KeyFolder, box: BallotBox) -> Iterator[str]:
    files = box_keys.ended_files(box, is_opened=box.status is Status.OPENED)
    if box.keys_destroyed_at and any(keys.read(file) is not None for file in files):
        yield f"box {box.id}: its key was destroyed, but lies here still: govapp box destroy-key {box.id}"
