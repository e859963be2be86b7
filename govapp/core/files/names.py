"""What files are called: as text on the screen, and when somebody saves one."""

import re
import unicodedata
from urllib.parse import quote

from govapp.core.files.kinds import FACTS, Kind

LONGEST = 200  # characters that a FileName column holds
LONGEST_STEM = 80  # Thai letters take three bytes, and file systems take 255
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # controls, marks of direction, private
KEPT_SIGNS = frozenset(" .-_(),")
WINDOWS_OWN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,3}$", re.ASCII)


def shown(name: str, kind: Kind) -> str:
    """A person's name for a file, as text: no folders, nothing unseen, nothing that turns letters round."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    spaced = " ".join(last.split())
    tidy = "".join(c for c in spaced if unicodedata.category(c) not in UNSEEN).strip()
    if len(tidy) > LONGEST:
        extension = EXTENSION.search(tidy)
        end = f"…{extension[0] if extension else ''}"
        tidy = tidy[: LONGEST - len(end)] + end
    return tidy or f"file{FACTS[kind].extension}"


def saved(name: str, kind: Kind) -> str:
    """The name a download is saved under: letters, digits and a few signs, with the extension of its kind."""
    stem = EXTENSION.sub("", shown(name, kind))
    safe = "".join(c if unicodedata.category(c)[0] in "LNM" or c in KEPT_SIGNS else "-" for c in stem)
    tidy = safe.strip(" .-")[:LONGEST_STEM].rstrip(" .-")
    if not tidy or WINDOWS_OWN.match(tidy):
        tidy = f"file-{tidy}".rstrip("-")
    return tidy + FACTS[kind].extension


def disposition(name: str, kind: Kind, inline: bool = False) -> str:
    """The Content-Disposition header (RFC 6266): the name in full, and in ASCII for old browsers."""
    full = saved(name, kind)
    ascii_ = saved(unicodedata.normalize("NFKD", full).encode("ascii", "ignore").decode(), kind)
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{ascii_}\"; filename*=UTF-8''{quote(full, safe='')}"
