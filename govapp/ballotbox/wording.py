"""The words of a verdict: for `govapp verify` and the page that shows the same."""

from collections.abc import Mapping

from govapp.ballotbox import events
from govapp.ballotbox.models import Openings, Status
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
DEEDS: Mapping[type, str] = {
    events.BoxPrepared: N_("Prepared ballot box %(box_id)s for post %(post_id)s"),
    events.BoxPlanChanged: N_("Changed the plan of ballot box %(box_id)s before voting"),
    events.ElectorateSet: N_("Put %(voters)s voters on the roll of ballot box %(box_id)s"),
    events.KeyHoldersNamed: N_("Named the three key-holders of ballot box %(box_id)s"),
    events.BoxKeysMade: N_("Made the key of ballot box %(box_id)s"),
    events.SheetReceived: N_("Received sheet %(sheet)s of the key of ballot box %(box_id)s"),
    events.BoxTried: N_("Joined two sheets of ballot box %(box_id)s on trial"),
    events.BoxOpenedForVotes: N_("Opened ballot box %(box_id)s for votes; configuration %(config_hash)s"),
    events.CheckpointSigned: N_("Signed the log of ballot box %(box_id)s: %(size)s entries, root %(root)s"),
    events.NoticeAsked: N_("Asked for notice %(notice_id)s to the voters of ballot box %(box_id)s"),
    events.NoticePublished: N_("Published notice %(notice_id)s to the voters of ballot box %(box_id)s"),
    events.BoxClosed: N_("Closed ballot box %(box_id)s"),
    events.ObjectionUpheld: N_("Upheld an objection to a voter of ballot box %(box_id)s"),
    events.BoxFinished: N_("Finished ballot box %(box_id)s; %(took_part)s took part"),
    events.SlotKeyDestroyed: N_("Destroyed the key that joins names and ballots of ballot box %(box_id)s"),
    events.DestructionCosigned: N_("Signed that the key of names and ballots of box %(box_id)s is destroyed"),
    events.OpeningAsked: N_("Was the first of two to open ballot box %(box_id)s"),
    events.BoxCounted: N_("Opened ballot box %(box_id)s and counted %(counted)s ballots"),
    events.BoxAnnulled: N_("Stopped the vote of ballot box %(box_id)s"),
    events.BundlesVerificationAsked: N_("Asked for the bundles of ballot box %(box_id)s to be verified"),
    events.BundlesVerified: N_("Verified the bundles of ballot box %(box_id)s; checks that fail: %(failed)s"),
    events.ObserverChanged: N_("Changed whether user %(user_id)s gets the checkpoints of box %(box_id)s"),
}
# Measured by the run `linkage` of the battery, attack (b): how many of so many ballots are read by two
# key-holders with one copy of the database from a quiet hour, many copies, one of a busy hour; by chance.
LINKED: Mapping[str, int] = {"voters": 300, "one": 69, "many": 300, "busy": 8, "chance": 10}

STATUSES: Mapping[Status, tuple[str, str]] = {  # word, kind of tag
    Status.PREPARING: (N_("Being prepared"), "todo"),
    Status.OPEN: (N_("Voting is open"), "now"),
    Status.CLOSED: (N_("Box is closed"), "now"),
    Status.FINAL: (N_("Waits to be opened"), "now"),
    Status.OPENED: (N_("Counted"), "done"),
    Status.ANNULLED: (N_("Stopped"), "bad"),
}
OPENINGS: Mapping[Openings, str] = {
    Openings.PUBLIC: N_("Everybody can see which entry of the public log each counted ballot opens."),
    Openings.AUDITORS: N_(
        "Only auditors see which entry of the public log each counted ballot opens, so that nobody can sell "
        "a vote and prove it. Everybody sees the ballots in another order, and the log."
    ),
}
OPTIONS: Mapping[str, str] = {
    "yes": N_("I agree"),
    "no": N_("I do not agree"),
    "abstain": N_("I abstain"),
}
BALLOTS: Mapping[str, str] = {  # kinds of ballot
    "question": N_("One answer on each ballot."),
    "approval": N_("Each ballot names %(least)s to %(most)s projects, all alike."),
    "choose-1": N_("Each ballot names one project."),
    "knapsack": N_("Each ballot names %(least)s to %(most)s projects that fit into the budget together."),
    "ordinal": N_("Each ballot puts %(least)s to %(most)s projects in an order."),
    "cumulative": N_("Each ballot gives points to %(least)s to %(most)s projects."),
    "scoring": N_("Each ballot gives points to %(least)s to %(most)s projects."),
}
AUDIENCES: Mapping[Openings, str] = {
    Openings.PUBLIC: N_("Bundle for everybody"),
    Openings.AUDITORS: N_("Bundle for auditors"),
}
PACKED_AGAIN = N_("Packing it anew from the database gives the same file")
THINGS: Mapping[str, str] = {"box": N_("ballot box"), "notice": N_("notice of a ballot box")}
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


def option(name: str) -> str:
    """An option of a question, in the current language where it is one of the usual."""
    return _(OPTIONS[name]) if name in OPTIONS else name


def findings(kept: Mapping[str, str]) -> list[tuple[str, Finding]]:
    """The lines of a verdict that was kept, in words, with what was found."""
    names = {check.value: words for check, words in CHECKS.items()} | {"packed-again": PACKED_AGAIN}
    return [(_(words), Finding(kept[name])) for name, words in names.items() if name in kept]


def in_short(kept: Mapping[str, str]) -> str:
    """What a verdict that was kept comes to, in one sentence."""
    found = list(kept.values())
    if failed := found.count(Finding.FAILS.value):
        return _("Do not trust this bundle: %(count)s of %(all)s checks fail.", count=failed, all=len(found))
    return _(
        "Our own verifier found nothing wrong: %(holds)s of %(all)s checks hold. The others have nothing to"
        " check, or this bundle does not hold what they need.",
        holds=found.count(Finding.HOLDS.value),
        all=len(found),
    )


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
