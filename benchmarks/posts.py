"""Many people who post a form at once, each another one: by wrk where there is one. All on 127.0.0.1."""

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles

from benchmarks.load import MILLI, PATIENCE, READERS, UNITS, Load

FORM = "application/x-www-form-urlencoded"
SCRIPT = """
local forms, at = {{}}, 0
for line in io.lines("{forms}") do
  local path, cookie, body = line:match("^(.-)\\t(.-)\\t(.*)$")
  forms[#forms + 1] = wrk.format("POST", path, {{["Content-Type"] = "{form}", ["Cookie"] = cookie}}, body)
end
request = function()
  at = at + 1
  if at > #forms then wrk.thread:stop() end
  return forms[math.min(at, #forms)]
end
"""
_SHARES = re.compile(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s|m)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Form:
    """A form that is posted once."""

    path: str
    cookie: str
    body: str


def post(port: int, forms: Sequence[Form], seconds: int, folder: Path) -> tuple[Load, int]:
    """32 connections that post one form after the other; what the server did, and how many were posted.

    Raises RuntimeError when an answer is no success, or there were too few forms.
    """
    if shutil.which("wrk"):
        return _wrk(port, forms, seconds, folder)
    return _threads(port, forms, seconds)


def _wrk(port: int, forms: Sequence[Form], seconds: int, folder: Path) -> tuple[Load, int]:
    listed, script = folder / "forms.txt", folder / "post.lua"
    listed.write_text("".join(f"{form.path}\t{form.cookie}\t{form.body}\n" for form in forms))
    script.write_text(SCRIPT.format(forms=listed, form=FORM))
    command = ["wrk", "-t1", f"-c{READERS}", f"-d{seconds}s", f"--timeout={PATIENCE}s", "--latency"]
    url = f"http://127.0.0.1:{port}"
    said = subprocess.run(
        [*command, "-s", str(script), url], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    speed, posted = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"(\d+) requests in", said)
    if "Non-2xx" in said or not speed or not posted or int(posted[1]) + READERS >= len(forms):
        raise RuntimeError(f"{url} did not answer as it should, or there were too few forms:\n{said}")
    found = {share: float(number) * UNITS[unit] for share, number, unit in _SHARES.findall(said)}
    return Load(float(speed[1]), found["50"], found["99"]), int(posted[1]) + READERS


def _threads(port: int, forms: Sequence[Form], seconds: int) -> tuple[Load, int]:
    started = time.monotonic()
    with ThreadPoolExecutor(READERS) as people:
        found = people.map(lambda n: _person(port, forms[n::READERS], started + seconds), range(READERS))
    times = [each for some in found for each in some]
    cuts = quantiles(times, n=100)
    load = Load(len(times) / (time.monotonic() - started), cuts[49], cuts[98])
    return load, len(times) + READERS * READERS  # some of the stripes went further than others


def _person(port: int, forms: Sequence[Form], end: float) -> list[float]:
    times = []
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for form in forms:
        if time.monotonic() > end:
            break
        started = time.perf_counter()
        connection.request("POST", form.path, form.body, {"Content-Type": FORM, "Cookie": form.cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{form.path} answered {answer.status}")
        times.append((time.perf_counter() - started) * MILLI)
    connection.close()
    return times
