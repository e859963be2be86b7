"""Asking another organisation's server: only that one, over TLS, at public addresses, for small answers soon.

TLS binds the name: whoever turns it to another address after it was looked up gains nothing.
Plain http is only for a service on this very machine, as in tests.
"""

import json
import socket
import time
from collections.abc import Collection
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from govapp.config import LOOPBACK

LARGEST_BYTES = 256 * 1024


class Unanswered(Exception):
    """The other server gave no usable answer; the message says why, for the log."""


class Gate(HTTPAdapter):
    """What a session of requests sends through; raises Unanswered for all but an answer in time.

    service  address of the service; nothing but its hosts is reached (see is_near)
    seconds  for connecting, for each piece of the answer, and for the whole of its body
    """

    def __init__(self, service: str, seconds: float) -> None:
        super().__init__()
        self.service, self.seconds = service, seconds

    def send(self, request: PreparedRequest, *_stream: Any, **_options: Any) -> Response:
        try:
            check(request.url or "", self.service)
            until = time.monotonic() + self.seconds
            response = super().send(request, stream=True, timeout=self.seconds)
            with response:
                body = _whole(response, until)
        except (OSError, ValueError, RequestException, HTTPError) as error:
            raise Unanswered(f"{type(error).__name__}: {error}") from error
        if response.is_redirect:
            raise Unanswered(f"answered {response.status_code} and leads elsewhere")
        response.raw = BytesIO(body)
        return response


def guard(session: Session, service: str, seconds: float) -> None:
    """Let a session reach this service and nothing else; the machine's proxies and passwords stay out."""
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"  # what is counted is what is read
    session.mount("https://", Gate(service, seconds))
    session.mount("http://", Gate(service, seconds))


def read_object(response: Response, also: Collection[int] = ()) -> dict[str, Any]:
    """The JSON object of a good answer, or of one that has one of these statuses; raises Unanswered."""
    if response.status_code != 200 and response.status_code not in also:
        raise Unanswered(f"answered {response.status_code}")
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise Unanswered("answered with something other than JSON") from error
    if not isinstance(found, dict):
        raise Unanswered("answered with JSON that is no object")
    return found


def check(url: str, service: str) -> None:
    """Raise ValueError or OSError for an address that is not the service's, or not a public one."""
    wanted, front = urlsplit(url), urlsplit(service)
    check_form(wanted, front)
    for entry in socket.getaddrinfo(wanted.hostname, wanted.port or wanted.scheme, type=socket.SOCK_STREAM):
        address = ip_address(entry[4][0])
        if not (address.is_loopback if is_here(front) else address.is_global):
            raise ValueError(f"{wanted.hostname} is at {address}, which is not public")


def check_form(wanted: SplitResult, front: SplitResult) -> None:
    """What can be told without looking the name up; raises ValueError."""
    if wanted.scheme != "https" and not (wanted.scheme == "http" and is_here(front)):
        raise ValueError(f"{wanted.geturl()} is not https")
    if wanted.username is not None or not is_near(wanted.hostname or "", front.hostname or ""):
        raise ValueError(f"{wanted.hostname} does not belong to {front.hostname}")


def is_here(address: SplitResult) -> bool:
    """Whether the address is on this very machine."""
    return address.hostname in LOOPBACK


def is_near(host: str, front: str) -> bool:
    """Whether a host is the front door's, or lies beneath it, or beside it under a name of three parts.

    Under `bora.dopa.go.th` one organisation lives; under `go.th` or `example.com` strangers may.
    """
    if host == front:
        return bool(host)
    above = front.partition(".")[2]
    names = [front, above] if above.count(".") >= 2 else [front]
    return not _is_number(front) and any(host.endswith(f".{name}") for name in names)


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _whole(response: Response, until: float) -> bytes:
    body = b""
    while piece := response.raw.read1(LARGEST_BYTES, decode_content=False):
        body += piece
        if len(body) > LARGEST_BYTES:
            raise ValueError(f"the answer is larger than {LARGEST_BYTES} bytes")
        if time.monotonic() > until:
            raise TimeoutError("the answer takes too long")
    return body
