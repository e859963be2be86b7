"""Files are cleaned in a process of their own, so that a hostile one harms nothing but itself.

The libraries that read files are large and written in C. A few bytes can make them ask for gigabytes,
run for minutes or fall over; here that ends one process with limits of its own (__main__.py), which
holds no key and knows no database. It costs a tenth of a second.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from threading import BoundedSemaphore

import govapp
from govapp.core.errors import Refused, TooLarge, TooMany, Unreadable
from govapp.core.files.kinds import Kind, Upload

log = logging.getLogger("govapp.files")

AT_ONCE = 2  # in this process; each may take as much memory as the workshop allows
LONGEST_WAIT_SECONDS = 20
LONGEST_SECONDS = 60  # by the clock: other work may slow the workshop down
HOUSE = Path(govapp.__file__).parents[1]
REFUSALS = {kind.status: kind for kind in (TooLarge, Unreadable)}

_places = BoundedSemaphore(AT_ONCE)


def clean(content: bytes, accept: Collection[Kind]) -> Upload:
    """Like cleaning.clean, with limits of memory and time; raises Refused, TooMany when all is busy."""
    if not _places.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise TooMany("Many files are being checked at this moment. Wait a minute, and send it again.")
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-W", "ignore", "-m", "govapp.core.files", *accept],
            input=content,
            capture_output=True,
            timeout=LONGEST_SECONDS,
            env={"PYTHONPATH": str(HOUSE)},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_heavy() from None
    finally:
        _places.release()
    if done.stderr:
        log.warning("the workshop said: %s", done.stderr.decode(errors="replace")[-2000:])
    if done.returncode:
        log.warning("the workshop ended with %s on a file of %d bytes", done.returncode, len(content))
        raise _too_heavy()
    try:
        return _upload(done.stdout)
    except (ValueError, KeyError, TypeError):
        log.exception("the workshop answered what nobody understands")
        raise _too_heavy() from None


def _upload(answer: bytes) -> Upload:
    first, _, rest = answer.partition(b"\n")
    told = json.loads(first)
    if "message" in told:
        raise REFUSALS.get(told["status"], Refused)(told["message"], **told["values"])
    content, thumbnail = told["bytes"]
    width_px, height_px = told["size_px"]
    return Upload(
        Kind(told["kind"]),
        rest[:content],
        rest[content : content + thumbnail] or None,
        width_px,
        height_px,
    )


def _too_heavy() -> Unreadable:
    return Unreadable(
        "The file takes too much time or memory to be checked. Save it anew, smaller, or as another kind."
    )
