"""`govapp verify BUNDLE.zip`: check a published vote. Needs no database, no network and no settings."""

import json
import sys
from typing import Any, BinaryIO, NoReturn

import click

from govapp.ballotbox.wording import CHECKS, FINDINGS, conclusion, reason
from govapp.core import language
from govapp.core.language import gettext as _
from govapp.ledger.archives import LIMIT
from govapp.ledger.faults import Fault, Forged, Malformed
from govapp.ledger.notes import LARGEST, Key
from govapp.verifier.verdict import Verdict
from govapp.verifier.verify import verify

WRONG, UNREADABLE = 1, 2  # exit status


@click.command("verify")
@click.argument("bundle", type=click.File("rb"))
@click.option(
    "--key", "key_file", type=click.File("rb"), help="The box's key, as on the poster: name+id+letters."
)
@click.option(
    "--checkpoint", "checkpoint_file", type=click.File("rb"), help="A checkpoint kept by an observer."
)
@click.option(
    "--language",
    "spoken",
    type=click.Choice(["th", "en"]),
    envvar="GOVAPP_LANGUAGE",
    default="th",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def verify_command(
    bundle: BinaryIO, key_file: BinaryIO | None, checkpoint_file: BinaryIO | None, spoken: str, as_json: bool
) -> None:
    """Check BUNDLE, everything published of a vote, and count it again.

    The exit status is 0 when nothing that can be checked is wrong, 1 when something is, 2 when it cannot be
    read. With neither --key nor --checkpoint nobody outside vouches for the key that signed it.
    """
    with language.use(spoken):
        try:
            key = Key.parse(key_file.read(LARGEST).decode(errors="replace")) if key_file else None
            checkpoint = checkpoint_file.read(LARGEST + 1) if checkpoint_file else None
            verdict = _verdict(bundle.read(LIMIT + 1), key, checkpoint)
        except Forged as error:
            _refuse(error, WRONG)
        except Malformed as error:
            _refuse(error, UNREADABLE)
        click.echo(_as_json(verdict) if as_json else _as_text(verdict))
    sys.exit(0 if verdict.holds else WRONG)


def _verdict(data: bytes, key: Key | None, checkpoint: bytes | None) -> Verdict:
    with click.progressbar(length=100, label=_("Checking"), file=sys.stderr) as bar:
        return verify(data, key, checkpoint, lambda done, all_: bar.update(100 * done // all_ - bar.pos))


def _refuse(error: Fault, status: int) -> NoReturn:
    click.echo(_("Not verified: %(why)s", why=reason(error)), err=True)
    sys.exit(status)


def _as_text(verdict: Verdict) -> str:
    lines = [_("Ballot box %(box)s", box=verdict.box)]
    lines += [_("Counted as by: govapp count FILE.pb %(rule)s", rule=each) for each in verdict.counted_by]
    lines.append("")
    for line in verdict.lines:
        lines.append(f"  {_(CHECKS[line.check])}: {_(FINDINGS[line.finding])}")
        if why := reason(line):
            lines.append(f"      {why}")
    return "\n".join([*lines, "", conclusion(verdict)])


def _as_json(verdict: Verdict) -> str:
    checks: list[dict[str, Any]] = [
        {"check": line.check, "finding": line.finding, "reason": reason(line)} for line in verdict.lines
    ]
    found = {
        "box": verdict.box,
        "key": str(verdict.key),
        "holds": verdict.holds,
        "anchored": verdict.anchored,
        "counted_by": verdict.counted_by,
    }
    return json.dumps(found | {"checks": checks}, ensure_ascii=False, indent=1)
