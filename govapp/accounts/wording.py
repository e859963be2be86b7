"""How sign-ins, posts, evidence and reasons are named, and what the log tells of them."""

from collections.abc import Mapping
from typing import Any

from govapp.accounts.events import people, posts
from govapp.accounts.models import NameSource, Purpose, Way
from govapp.accounts.models.people import Document, Evidence
from govapp.accounts.models.posts import Post, Role
from govapp.accounts.rules.people import Reason
from govapp.accounts.rules.posts import Standing
from govapp.core.language import N_, current
from govapp.core.language import gettext as _

ROLES = {
    Role.ADMINISTRATOR: N_("Platform administrator"),
    Role.SECRETARY: N_("Provincial secretary"),
    Role.OFFICER: N_("Local officer"),
    Role.KEY_HOLDER: N_("Key-holder"),
    Role.AUDITOR: N_("Auditor"),
}
POWERS = {  # what the holder of such a post can do, for whoever gives it
    Role.ADMINISTRATOR: N_("Gives posts everywhere, brings elections in, looks after letters."),
    Role.SECRETARY: N_(
        "Works for the committee of the province; gives posts of officers and key-holders there."
    ),
    Role.OFFICER: N_("Registers people and runs rounds of one local authority."),
    Role.KEY_HOLDER: N_("Keeps one of the keys of a ballot box."),
    Role.AUDITOR: N_("Reads the log and checks ballot boxes; holds no other post."),
}
STANDINGS = {  # word, and the kind of its tag
    Standing.PROPOSED: (N_("Waits for a second person"), "now"),
    Standing.LAPSED: (N_("Lapsed: nobody confirmed it"), "lost"),
    Standing.REFUSED: (N_("Refused"), "bad"),
    Standing.COMING: (N_("Begins later"), "todo"),
    Standing.LIVE: (N_("In office"), "done"),
    Standing.ENDED: (N_("Over"), "lost"),
}
EVIDENCE = {
    Evidence.HOUSEHOLD_REGISTER: N_("Household register seen"),
    Evidence.ID_CARD: N_("Identity card seen"),
    Evidence.VILLAGE_HEAD: N_("The village head vouched for them"),
    Evidence.COMMUNITY_LEADER: N_("A community leader and two witnesses vouched for them"),
    Evidence.OTHER: N_("Another way (write it below)"),
}
REASONS = {
    Reason.COMPARE: N_("To compare it with a document"),
    Reason.DUPLICATE: N_("The person may be registered twice"),
    Reason.ROLL: N_("For the electoral roll"),
    Reason.ASKED: N_("The person asks for it"),
    Reason.AUTHORITY: N_("A court or an authority demands it by law"),
}
SOURCES = {
    NameSource.OWN: N_("yourself"),
    NameSource.OFFICER: N_("an officer"),
    NameSource.THAID: N_("ThaID"),
}
WAYS = {
    Way.PASSWORD: N_("password"),
    Way.APP_CODE: N_("password and code of the app"),
    Way.RECOVERY_CODE: N_("password and recovery code"),
    Way.ACCESS_CODE: N_("access code from a letter"),
    Way.THAID: N_("ThaID"),
}
NO_NAMES = N_("Write only the number of a file here, such as 2569-000123: no names, no citizen number.")

DEEDS: Mapping[type, str] = {  # for the log: who did it stands beside
    people.AdminCreated: N_("Made user %(user_id)s an administrator, or set their password anew"),
    people.SignedIn: N_("Signed in with %(how)s"),
    people.PasswordAccepted: N_("Gave the right password; the second step was still due"),
    people.CameByThaid: N_("ThaID said who they are"),
    people.ThaidLinked: N_("Linked ThaID with their account"),
    people.AccessCodeAccepted: N_("Gave the right access code; the second step was still due"),
    people.SignedOut: N_("Signed out"),
    people.SignInEnded: N_("Ended their sign-in %(sign_in_id)s elsewhere"),
    people.OtherSignInsEnded: N_("Ended %(count)s of their sign-ins elsewhere"),
    people.PasswordChanged: N_("Changed their password"),
    people.Proved: N_("Proved who they are with %(how)s"),
    people.ProofRefused: N_("Was asked for %(how)s and gave a wrong one"),
    people.SecondFactorTurnedOn: N_("Turned the second factor on, or moved it to another phone"),
    people.SecondFactorTurnedOff: N_("Turned the second factor off"),
    people.SecondFactorReset: N_("Took away the second factor of user %(user_id)s, who was locked out"),
    people.RecoveryCodesRenewed: N_("Made new recovery codes"),
    people.SignedUp: N_("Asked for an account: user %(user_id)s"),
    people.SignedUpAgain: N_("Asked for an account with the address of user %(user_id)s, who has one"),
    people.LinkOpened: N_("Made a link that works once for user %(user_id)s, to %(purpose)s"),
    people.AddressVerified: N_("Confirmed their e-mail address"),
    people.ResetAsked: N_("Asked for a new password for user %(user_id)s"),
    people.PasswordReset: N_("Chose a new password by a link from a letter"),
    people.UnverifiedForgotten: N_("Took away %(count)s accounts whose address was never confirmed"),
    people.LanguageChosen: N_("Chose the language of their letters: %(language)s"),
    people.ConsentGiven: N_("User %(user_id)s agreed to %(document)s, version %(version)s"),
    people.ConsentWithdrawn: N_("User %(user_id)s withdrew the consent to %(document)s"),
    people.NameCorrected: N_("Corrected the name of user %(user_id)s"),
    people.PersonRegistered: N_("Registered user %(user_id)s in area %(area_id)s: %(evidence)s"),
    people.EvidenceKept: N_("Kept a picture of the evidence of user %(user_id)s"),
    people.PersonCorrected: N_("Corrected what is known of user %(user_id)s"),
    people.CitizenNumberSeen: N_(
        "Read the citizen number of user %(user_id)s: %(reason)s, file %(case_number)s"
    ),
    people.TooManyNumbersSeen: N_("Was refused to read more than %(count)s citizen numbers in a day"),
    people.AccessCodeMade: N_("Made an access code for user %(user_id)s"),
    people.AccessCodeEnded: N_("Ended the access code of user %(user_id)s"),
    people.DataTaken: N_("Downloaded what is known about them"),
    people.AccountClosed: N_("Closed their account"),
    posts.GrantProposed: N_("Proposed to give post %(post_id)s to user %(user_id)s (grant %(grant_id)s)"),
    posts.GrantConfirmed: N_("Confirmed grant %(grant_id)s: user %(user_id)s holds post %(post_id)s"),
    posts.GrantRefused: N_("Refused grant %(grant_id)s of post %(post_id)s to user %(user_id)s"),
    posts.GrantEnded: N_("Ended grant %(grant_id)s of post %(post_id)s to user %(user_id)s before its time"),
    posts.DutyAdded: N_("Wrote down duty %(duty_id)s of post %(post_id)s"),
    posts.DutyDone: N_("Finished duty %(duty_id)s of post %(post_id)s"),
    posts.PostHandedOver: N_(
        "Handed over post %(post_id)s with %(matters)s open matters "
        "(handover %(handover_id)s, grant %(grant_id)s)"
    ),
    posts.HandoverReceived: N_("Received handover %(handover_id)s of post %(post_id)s"),
}
BY_VISITORS = frozenset({people.SignedUp, people.SignedUpAgain, people.ResetAsked})  # nobody was signed in
DETAILS: Mapping[str, Mapping[Any, str]] = {  # what the values of an event's fields mean
    "how": {
        Way.PASSWORD: N_("the password"),
        Way.APP_CODE: N_("a code from the app"),
        Way.RECOVERY_CODE: N_("a recovery code"),
        Way.ACCESS_CODE: N_("an access code"),
        Way.THAID: N_("ThaID"),
    },
    "purpose": {
        Purpose.VERIFY: N_("confirm an address"),
        Purpose.RESET: N_("choose a new password"),
        Purpose.ADDRESS: N_("add an address"),
    },
    "document": {Document.PRIVACY_NOTICE: N_("the privacy notice")},
    "evidence": {**EVIDENCE, Evidence.OTHER: N_("another way")},
    "reason": REASONS,
}
THINGS: Mapping[str, str] = {  # what events name by number: `post` for a post_id
    "user": N_("user"),
    "post": N_("post"),
    "grant": N_("grant"),
    "duty": N_("duty"),
    "handover": N_("handover"),
    "sign_in": N_("sign-in"),
}

BROWSERS = (  # the first whose mark is there: most also call themselves Chrome or Safari
    ("Line/", "LINE"),
    ("FBAN/", "Facebook"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def post_name(post: Post) -> str:
    """`เลขานุการ ก.บ.จ. สายชล`, `Provincial secretary, Saichon`"""
    where = post.area.name(current()) if post.area else ""
    return _("%(role)s, %(place)s", role=_(ROLES[post.role]), place=where) if where else _(ROLES[post.role])


def device(user_agent: str) -> str:
    """ "Firefox, Android": browser and system in two words at most, "" when neither is known."""
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found))
