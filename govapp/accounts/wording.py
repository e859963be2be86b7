"""How sign-ins, posts, evidence and reasons are named."""

from govapp.accounts.models import NameSource, Way
from govapp.accounts.models.people import Evidence
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
