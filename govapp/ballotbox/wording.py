"""The words of a verdict: for `govapp verify` and the page that shows the same."""

from collections.abc import Mapping

from govapp.core.language import N_
from govapp.core.language import gettext as _
from govapp.ledger.faults import Fault
from govapp.verifier.verdict import Check, Finding, Line, Verdict

CHECKS: Mapping[Check, str] = {
    Check.MANIFEST: N_("Every file is the one that the box has signed"),
    Check.CONFIGURATION: N_("What was voted on, prices and rule are as before the first vote"),
    Check.CHECKPOINTS: N_("The log only grew: each signed checkpoint extends the one before"),
    Check.ANCHOR: N_("The log is the one that others have seen"),
    Check.LEAVES: N_("No entry of the log stands in it twice"),
    Check.NOTICES: N_("Every notice is in the log"),
    Check.VOIDS: N_("Every voided ballot is in the log and not counted"),
    Check.OPENINGS: N_("Every counted ballot is in the log, once"),
    Check.ACCOUNTING: N_("Every entry of the log is accounted for"),
    Check.HISTORIES: N_("As many ballots were superseded as voters changed theirs"),
    Check.LEGAL: N_("Every ballot keeps to the rules"),
    Check.TURNOUT: N_("No more ballots than voters"),
    Check.FILES: N_("The .pb files hold just the counted ballots"),
    Check.TIES: N_("The secret that decides ties was fixed before the first vote"),
    Check.RESULT: N_("Counting again gives the published result"),
}
FINDINGS: Mapping[Finding, str] = {
    Finding.HOLDS: N_("holds"),
    Finding.FAILS: N_("FAILS"),
    Finding.NOT_ALLOWED: N_("cannot be checked with this bundle"),
    Finding.NOT_NEEDED: N_("nothing to check"),
}


def reason(said: Fault | Line) -> str:
    """Why a check failed or was not made, in the current language; may be empty."""
    details = {
        name: reason(value) if isinstance(value, Fault) else value
        for name, value in (said.details or {}).items()
    }
    return _(said.message_id).format(**details) if said.message_id else ""


def conclusion(verdict: Verdict) -> str:
    """What a verdict comes to, in one or two sentences."""
    if failed := verdict.of(Finding.FAILS):
        return _(
            "Do not trust this bundle: %(count)s of %(all)s checks fail.",
            count=len(failed),
            all=len(verdict.lines),
        )
    if verdict.anchored:
        return _("Nothing is wrong with this bundle, as far as it can be checked.")
    return _(
        "The bundle is consistent in itself. It is signed by this key, which you should compare with the"
        " one on the poster or in the newspaper: %(key)s",
        key=str(verdict.key),
    )
