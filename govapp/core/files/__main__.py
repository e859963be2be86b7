"""The process that cleans one file: content on stdin, the kinds accepted as arguments, see workshop.py.

What it may use is limited before it reads the first byte: memory, time, no files, no further processes.
"""

import json
import resource
import sys
from contextlib import suppress
from typing import Any

from PIL import Image

from govapp.core.errors import Refused
from govapp.core.files.cleaning import clean
from govapp.core.files.kinds import MB, Kind

MOST_MEMORY_BYTES = 1024 * MB
MOST_SECONDS = 30  # of one processor
LIMITS = {
    resource.RLIMIT_AS: MOST_MEMORY_BYTES,
    resource.RLIMIT_CPU: MOST_SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NPROC: 0,
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    Image.preinit()
    for what, most in LIMITS.items():
        with suppress(OSError, ValueError):  # not every system has every limit
            resource.setrlimit(what, (most, most))
    answer: dict[str, Any]
    parts: list[bytes] = []
    try:
        upload = clean(sys.stdin.buffer.read(), [Kind(name) for name in sys.argv[1:]])
    except Refused as refused:
        answer = {"status": refused.status, "message": refused.message, "values": refused.values}
    else:
        parts = [upload.content, upload.thumbnail or b""]
        answer = {
            "kind": upload.kind,
            "bytes": [len(part) for part in parts],
            "size_px": [upload.width_px, upload.height_px],
        }
    sys.stdout.buffer.writelines([json.dumps(answer).encode(), b"\n", *parts])


if __name__ == "__main__":
    main()
