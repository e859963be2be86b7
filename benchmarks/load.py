"""Many readers at once, by wrk where there is one; and one reader alone. Everything on 127.0.0.1."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median, quantiles

READERS = 32
PATIENCE = 60  # seconds for one answer
WARM_UP = 5  # requests before the clock starts
ALONE = 30  # sequential requests
COMPRESSED: Mapping[str, str] = {"Accept-Encoding": "gzip"}  # as every browser asks
MILLI = 1000.0
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What a server did under load; latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Address:
    """A page of a server on 127.0.0.1."""

    port: int
    path: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"


def load(page: Address, seconds: int) -> Load:
    """32 connections that ask for one page again and again; raises RuntimeError when an answer is not 200."""
    _settle(page)
    return _wrk(page, seconds) if shutil.which("wrk") else _threads(page, seconds)


def middle(loads: Sequence[Load]) -> Load:
    """The medians of several rounds."""
    return Load(
        median(each.per_second for each in loads),
        median(each.p50 for each in loads),
        median(each.p99 for each in loads),
    )


def alone(page: Address) -> float:
    """Milliseconds of a warm request when nobody else asks: the median of 30 over one connection."""
    with _connection(page) as connection:
        times = [_ask(connection, page.path) for _ in range(WARM_UP + ALONE)]
    return median(times[WARM_UP:])


def size(page: Address, headers: Mapping[str, str] = COMPRESSED) -> int:
    """Bytes of the body as it crosses the wire."""
    with _connection(page) as connection:
        connection.request("GET", page.path, headers=dict(headers))
        return len(connection.getresponse().read())


def _settle(page: Address) -> None:
    """Wait till the server is done with what readers that went away had asked for."""
    for _ in range(WARM_UP):
        size(page)


def _wrk(page: Address, seconds: int) -> Load:
    asked = [word for name, value in COMPRESSED.items() for word in ("-H", f"{name}: {value}")]
    command = [
        "wrk",
        "-t1",
        f"-c{READERS}",
        f"-d{seconds}s",
        f"--timeout={PATIENCE}s",
        "--latency",
        *asked,
        page.url,
    ]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if "Non-2xx" in said or not (speed := re.search(r"Requests/sec:\s+([\d.]+)", said)):
        raise RuntimeError(f"{page.url} did not answer as it should:\n{said}")
    found = {share: float(number) * UNITS[unit] for share, number, unit in _SHARES.findall(said)}
    return Load(float(speed[1]), found["50"], found["99"])


_SHARES = re.compile(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s|m)\s*$", re.MULTILINE)


def _threads(page: Address, seconds: int) -> Load:
    started = time.monotonic()
    with ThreadPoolExecutor(READERS) as readers:
        found = readers.map(lambda _: _reader(page, started + seconds), range(READERS))
    times = [each for some in found for each in some]
    cuts = quantiles(times, n=100)
    return Load(len(times) / (time.monotonic() - started), cuts[49], cuts[98])


def _reader(page: Address, end: float) -> list[float]:
    times = []
    with _connection(page) as connection:
        while time.monotonic() < end:
            times.append(_ask(connection, page.path))
    return times


def _ask(connection: HTTPConnection, path: str) -> float:
    """Milliseconds from asking to the last byte."""
    started = time.perf_counter()
    connection.request("GET", path, headers=dict(COMPRESSED))
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return (time.perf_counter() - started) * MILLI


@contextmanager
def _connection(page: Address) -> Iterator[HTTPConnection]:
    connection = HTTPConnection("127.0.0.1", page.port, timeout=PATIENCE)
    try:
        yield connection
    finally:
        connection.close()
