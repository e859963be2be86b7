"""What is said where the database cannot serve just now: its disk is full, or it does not answer.

Only where it is certain do the words say that nothing was saved: a server that is gone before it answers may
have committed.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from govapp.core.language import N_

DISK_FULL = N_("The disk of this server is full: nothing was saved. Try again in a little while.")
NO_ANSWER = N_(
    "The database of this site does not answer just now. Before you send anything again, look whether it "
    "has arrived."
)
OVERRUN = N_("So many people use this site just now that nothing was saved. Try again in a little while.")
SHUTS_DOWN = ("57P01", "57P02", "57P03")  # SQLSTATE of PostgreSQL, as the next two
IS_FULL = "53100"
IS_OVERRUN = "53"  # of every kind
OF_SQLITE = {
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_IOERR: NO_ANSWER,  # also where what it shares in memory finds no room on a full disk
    sqlite3.SQLITE_BUSY: OVERRUN,
}


def why_unavailable(error: BaseException) -> str:
    """What a person is told, as a msgid; "" for an error of another kind, such as one of ours."""
    if isinstance(error, NoneFree):
        return OVERRUN
    if not isinstance(error, DBAPIError) or isinstance(error, IntegrityError):
        return ""
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without what only says where it happened
        return OF_SQLITE.get(code, "")
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # it was not the server that spoke: there is no connection, or no more
        return NO_ANSWER if isinstance(error, OperationalError) else ""
    if state.startswith(IS_OVERRUN):
        return DISK_FULL if state == IS_FULL else OVERRUN
    return NO_ANSWER if state in SHUTS_DOWN else ""
