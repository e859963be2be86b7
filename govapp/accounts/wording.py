"""How sign-ins and posts are named, and what the log tells of them."""

from collections.abc import Mapping

from govapp.accounts import events
from govapp.accounts.models import Purpose, Way
from govapp.accounts.models.posts import Post, Role
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

DEEDS: Mapping[type, str] = {  # for the log: who did it stands beside
    events.AdminCreated: N_("Made user %(user_id)s an administrator, or set their password anew"),
    events.SignedIn: N_("Signed in with %(how)s"),
    events.PasswordAccepted: N_("Gave the right password; the second step was still due"),
    events.SignedOut: N_("Signed out"),
    events.SignInEnded: N_("Ended their sign-in %(sign_in_id)s elsewhere"),
    events.OtherSignInsEnded: N_("Ended %(count)s of their sign-ins elsewhere"),
    events.PasswordChanged: N_("Changed their password"),
    events.Proved: N_("Proved who they are with %(how)s"),
    events.ProofRefused: N_("Was asked for %(how)s and gave a wrong one"),
    events.SecondFactorTurnedOn: N_("Turned the second factor on, or moved it to another phone"),
    events.SecondFactorTurnedOff: N_("Turned the second factor off"),
    events.SecondFactorReset: N_("Took away the second factor of user %(user_id)s, who was locked out"),
    events.RecoveryCodesRenewed: N_("Made new recovery codes"),
    events.SignedUp: N_("Asked for an account: user %(user_id)s"),
    events.SignedUpAgain: N_("Asked for an account with the address of user %(user_id)s, who has one"),
    events.LinkOpened: N_("Made a link that works once for user %(user_id)s, to %(purpose)s"),
    events.AddressVerified: N_("Confirmed their e-mail address"),
    events.ResetAsked: N_("Asked for a new password for user %(user_id)s"),
    events.PasswordReset: N_("Chose a new password by a link from a letter"),
    events.UnverifiedForgotten: N_("Took away %(count)s accounts whose address was never confirmed"),
    events.GrantProposed: N_("Proposed to give post %(post_id)s to user %(user_id)s (grant %(grant_id)s)"),
    events.GrantConfirmed: N_("Confirmed grant %(grant_id)s: user %(user_id)s holds post %(post_id)s"),
    events.GrantRefused: N_("Refused grant %(grant_id)s of post %(post_id)s to user %(user_id)s"),
    events.GrantEnded: N_("Ended grant %(grant_id)s of post %(post_id)s to user %(user_id)s before its time"),
    events.DutyAdded: N_("Wrote down duty %(duty_id)s of post %(post_id)s"),
    events.DutyDone: N_("Finished duty %(duty_id)s of post %(post_id)s"),
    events.PostHandedOver: N_(
        "Handed over post %(post_id)s with %(matters)s open matters "
        "(handover %(handover_id)s, grant %(grant_id)s)"
    ),
    events.HandoverReceived: N_("Received handover %(handover_id)s of post %(post_id)s"),
}
BY_VISITORS = frozenset({events.SignedUp, events.SignedUpAgain, events.ResetAsked})  # nobody was signed in
DETAILS: Mapping[str, Mapping[str, str]] = {  # what the values of an event's fields mean
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
