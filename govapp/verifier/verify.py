"""The verifier: one bundle in, one verdict out."""

from collections.abc import Callable, Mapping

from govapp.ledger import bundle
from govapp.ledger.canonical import short
from govapp.ledger.faults import Fault, Malformed
from govapp.ledger.notes import Key
from govapp.verifier.checks.ballots import BALLOT_CHECKS
from govapp.verifier.checks.log import LOG_CHECKS, Subject
from govapp.verifier.checks.skipped import Skipped
from govapp.verifier.contents import Contents
from govapp.verifier.verdict import Check, Finding, Line, Verdict

Checks = Mapping[Check, Callable[[Subject], None]]
Progress = Callable[[int, int], None]  # checks made, of how many

CHECKS: Checks = LOG_CHECKS | BALLOT_CHECKS


def verify(
    data: bytes,
    key: Key | None = None,
    checkpoint: bytes | None = None,
    progress: Progress | None = None,
    checks: Checks = CHECKS,
) -> Verdict:
    """Check a bundle.

    key         the log's, from a poster or a newspaper
    checkpoint  a signed one that somebody has kept from while the box was open
    Raises the ledger's Malformed or Forged when it is no bundle, or a file is not that of its manifest; after
    that every check is made, whatever the others found.
    """
    subject = Subject(Contents.of(bundle.unpack(data)), key, checkpoint)
    lines = []
    for done, (name, check) in enumerate(checks.items()):
        if progress:
            progress(done, len(checks))
        lines.append(_line(name, check, subject))
    configuration = subject.contents.configuration
    ways = {contest.counted_by for contest in configuration.contests.values()} - {""}
    anchored = key is not None or checkpoint is not None
    return Verdict(configuration.box, configuration.key, tuple(lines), anchored, tuple(sorted(ways)))


def _line(name: Check, check: Callable[[Subject], None], subject: Subject) -> Line:
    try:
        check(subject)
    except Skipped as error:
        return Line(name, error.finding, error.message_id, error.details)
    except Fault as error:
        return Line(name, Finding.FAILS, error.message_id, error.details)
    except Exception as error:  # whatever somebody put into a bundle, the other checks are made
        fault = Malformed(
            "what it reads cannot be understood: {why}", why=short(f"{type(error).__name__}: {error}")
        )
        return Line(name, Finding.FAILS, fault.message_id, fault.details)
    return Line(name, Finding.HOLDS)
