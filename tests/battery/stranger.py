"""Somebody who fills in a form again and again, and compares the answers."""

import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote, urlencode

from tests.battery.doors import Door
from tests.battery.sites import Place, hashes
from tests.forms import TOKEN

PATIENCE = 60  # seconds for one answer
WARM_UP = 5
COOKIE_VALUE = re.compile(r"(?<==)[^;]*")


@dataclass(frozen=True)
class Tried:
    """One try.

    answer  status, headers and body without what differs of itself, for comparing
    hashes  how many password hashes the site worked on for it
    """

    status: int
    answer: str
    seconds: float
    hashes: int


class Stranger:
    """Comes from another address with each try, over one connection that stays open."""

    def __init__(self, port: int, place: Place) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.hashes = hashes(place)
        self.number = 0
        self.token = self.cookie = ""

    def open(self, path: str) -> None:
        """Get the form and its token, as often as it takes for everything to be loaded."""
        for _ in range(WARM_UP):
            answer, body = self._ask("GET", path)
            self.cookie = (answer.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        found = TOKEN.search(body)
        if answer.status != 200 or not found:
            raise RuntimeError(f"{path} shows no form: {answer.status}")
        self.token = found[1]

    def tries(self, door: Door, word: str) -> Tried:
        form = urlencode({**door.typed, door.field: word, "csrf_token": self.token})
        before = self.hashes.stat().st_size
        started = time.perf_counter()
        answer, body = self._ask("POST", door.path, form)
        seconds = time.perf_counter() - started
        kept = [_without_chance(*header) for header in answer.getheaders() if header[0] != "Date"]
        told = f"{answer.status} {kept} {TOKEN.sub('', body)}"
        for spelled in (word, quote(word)):
            told = re.sub(re.escape(spelled), "", told, flags=re.IGNORECASE)
        return Tried(answer.status, told, seconds, self.hashes.stat().st_size - before)

    def _ask(self, method: str, path: str, form: str | None = None) -> tuple[HTTPResponse, str]:
        self.number += 1
        headers = {"X-Forwarded-For": f"127.1.{self.number // 256}.{self.number % 256}"}
        headers |= {"Cookie": self.cookie, "Accept-Language": "th"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, form, headers)
        answer = self.connection.getresponse()
        return answer, answer.read().decode()


def _without_chance(name: str, value: str) -> tuple[str, str]:
    """A header, a cookie without its value."""
    return name, COOKIE_VALUE.sub("", value, count=1) if name == "Set-Cookie" else value
