"""Asking other servers: whose addresses are asked, and what is not waited for."""

import threading
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

import pytest
from requests import Session

from govapp.core.outbound import Unanswered, check, check_form, guard, is_near

THAID = "https://imauth.bora.dopa.go.th"
DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize(
    ("host", "front", "near"),
    [
        ("imauth.bora.dopa.go.th", "imauth.bora.dopa.go.th", True),
        ("api.imauth.bora.dopa.go.th", "imauth.bora.dopa.go.th", True),
        ("keys.bora.dopa.go.th", "imauth.bora.dopa.go.th", True),
        ("bora.dopa.go.th", "imauth.bora.dopa.go.th", False),
        ("other.dopa.go.th", "imauth.bora.dopa.go.th", False),
        ("ximauth.bora.dopa.go.th.example", "imauth.bora.dopa.go.th", False),
        ("xbora.dopa.go.th", "imauth.bora.dopa.go.th", False),
        ("other.go.th", "dopa.go.th", False),
        ("other.example", "id.example", False),
        ("other.example.com", "id.example.com", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("10.0.0.1", "127.0.0.1", False),
        ("x.0.0.1", "127.0.0.1", False),
        ("", "", False),
    ],
)
def test_which_hosts_belong_together(host: str, front: str, near: bool) -> None:
    assert is_near(host, front) is near


@pytest.mark.parametrize(
    "address",
    [
        "http://imauth.bora.dopa.go.th/token",
        "ftp://imauth.bora.dopa.go.th/token",
        "https://someone@imauth.bora.dopa.go.th/token",
        "https://imauth.bora.dopa.go.th@another.example/token",
        "https://another.example/token",
        "https:///token",
        "//imauth.bora.dopa.go.th/token",
        "",
    ],
)
def test_which_addresses_are_refused_by_their_form(address: str) -> None:
    with pytest.raises(ValueError):
        check_form(urlsplit(address), urlsplit(THAID))


def test_an_address_of_the_service_is_well_formed() -> None:
    check_form(urlsplit(f"{THAID}:8443/token"), urlsplit(THAID))
    check_form(urlsplit("http://127.0.0.1:9/token"), urlsplit("http://127.0.0.1:8"))


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.1",
        "127.0.0.2",
        "169.254.169.254",
        "192.168.1.1",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ],
)
def test_addresses_inside_are_not_asked(host: str) -> None:
    with pytest.raises(ValueError, match="not public"):
        check(f"https://{host}/", f"https://{host}/")


def test_addresses_outside_and_those_of_a_service_on_this_machine_are() -> None:
    check("https://1.1.1.1/", "https://1.1.1.1")
    check("http://127.0.0.1:9/", "http://127.0.0.1:8")
    with pytest.raises(ValueError, match="not https"):
        check("http://1.1.1.1/", "http://1.1.1.1")


@pytest.fixture
def drip() -> Iterator[str]:
    """A server that sends its answer byte by byte, each in time."""
    gone = threading.Event()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(DRIP)
            while not gone.wait(0.02):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    gone.set()
    server.shutdown()
    server.server_close()


def test_an_answer_that_drips_is_not_waited_for(drip: str) -> None:
    with Session() as session:
        guard(session, drip, seconds=0.5)
        with pytest.raises(Unanswered, match="takes too long"):
            session.get(drip)


def test_another_server_is_not_reached_even_where_it_would_answer(drip: str) -> None:
    with Session() as session:
        guard(session, "https://id.example", seconds=0.5)
        with pytest.raises(Unanswered, match="not https"):
            session.get(drip)
