"""Signing in elsewhere, at an OpenID provider such as ThaID: authorization code with PKCE, state and nonce.

Authlib speaks OAuth; what we ask of it, and of the provider, stands here. Sources: OpenID Connect Core 1.0,
section 3.1; RFC 7636 (PKCE); RFC 9700 (what clients should do); RFC 9207 (the issuer in the answer).
"""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, TypeVar

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet
from requests import RequestException, Response, Session

from govapp.core import cipher, clock, discovery, id_tokens, identity, outbound
from govapp.core.errors import Refused
from govapp.core.identity import Identity
from govapp.core.language import N_
from govapp.core.outbound import Unanswered

log = logging.getLogger("govapp.openid")
T = TypeVar("T")

ATTEMPT_LASTS = timedelta(minutes=10)
PLACE = "openid/attempt"
KEPT = timedelta(hours=1)
LONGEST_ACCESS_SECONDS = 3600
POINT_IN_TIME = 10**9  # a larger expires_in is no number of seconds from now
NEEDED = ("pid", "given_name")
PASSING = ("server_error", "temporarily_unavailable")


class Failed(Refused):
    """Nobody was recognised; the message names the provider, and says what to do."""

    said = ""

    def __init__(self, provider: str) -> None:
        super().__init__(self.said, provider=provider)


class Cancelled(Failed):
    status = 403
    said = N_("You stopped at %(provider)s, so nothing was done. Try again, or sign in another way.")


class TooOld(Failed):
    status = 410
    said = N_(
        "This try with %(provider)s was used already, took longer than ten minutes, or was begun in another "
        "browser. Begin again here."
    )


class Unavailable(Failed):
    status = 503
    said = N_("%(provider)s does not answer now. Wait a few minutes and try again, or sign in another way.")


class NotAccepted(Failed):
    """The provider does not know this site, or not as it is set up."""

    status = 503
    said = N_("%(provider)s does not accept this site now. Sign in another way, and tell us.")


class Untrusted(Failed):
    status = 403
    said = N_(
        "What came from %(provider)s cannot be trusted, so nothing was done. Begin again here. "
        "If it happens again, tell us."
    )


class Nameless(Failed):
    status = 403
    said = N_(
        "%(provider)s did not tell your citizen number and your name, which are needed here. "
        "Try again and allow it."
    )


@dataclass(frozen=True, repr=False)
class Attempt:
    """One try to sign in. It lies sealed in the cookie of the browser that began it, and is used once.

    goal     what the caller wants the identity for
    onward   the path to go to afterwards
    user_id  who began it, where somebody was signed in
    """

    goal: str
    onward: str
    user_id: int | None = None
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    began_at: float = field(default_factory=lambda: clock.now().timestamp())

    def sealed(self, key: bytes) -> str:
        return cipher.seal(key, json.dumps(asdict(self)), PLACE)


@dataclass(frozen=True, repr=False)
class Provider:
    """A provider, and this site as its client.

    name     as people know it
    scope    what is asked for, with "openid"
    back_to  the address to which the provider sends people back, as it is registered there
    seconds  how long the provider may take for one answer
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str
    scope: str
    back_to: str
    seconds: float = 8
    kept: dict[str, tuple[datetime, Any]] = field(default_factory=dict)

    def begin(self, attempt: Attempt) -> str:
        """The address at the provider to send the browser to; raises Failed."""
        try:
            endpoint = self._discovery().authorization_endpoint
        except (Unanswered, RequestException) as error:
            raise self._failure(Unavailable, error) from error
        with self._client() as client:
            url, _state = client.create_authorization_url(
                endpoint, state=attempt.state, nonce=attempt.nonce, code_verifier=attempt.verifier
            )
        return str(url)

    def attempt(self, key: bytes, sealed: str) -> Attempt:
        """The try that this browser began; raises TooOld."""
        try:
            attempt = Attempt(**json.loads(cipher.unseal(key, sealed, PLACE)))
        except (cipher.Unsealable, TypeError) as error:  # also one of another version of this app
            raise self._failure(TooOld, error) from error
        if clock.now().timestamp() - attempt.began_at > ATTEMPT_LASTS.total_seconds():
            raise self._failure(TooOld, "begun too long ago")
        return attempt

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Who it is. `answer` is the query with which the provider sent the browser back; raises Failed."""
        try:
            with self._client() as client:
                claims = self._claims(client, attempt, self._code(attempt, answer))
        except (Unanswered, RequestException) as error:
            raise self._failure(Unavailable, error) from error
        try:
            return identity.read(claims)
        except ValueError as error:
            raise self._failure(Nameless, error) from error

    def _code(self, attempt: Attempt, answer: Mapping[str, str]) -> str:
        if not compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise self._failure(TooOld, "the state is of another try")
        if answer.get("iss", self.issuer) != self.issuer:
            raise self._failure(Untrusted, "the answer is of another issuer")
        error = answer.get("error")
        if error == "access_denied":
            raise Cancelled(self.name)
        if error or not answer.get("code"):
            raise self._failure(Unavailable if error in PASSING else NotAccepted, f"answered {error!r:.100}")
        return answer["code"]

    def _claims(self, client: OAuth2Session, attempt: Attempt, code: str) -> dict[str, Any]:
        token = self._token(client, attempt, code)
        try:
            claims = id_tokens.verify(
                str(token.get("id_token", "")),
                self._keys,
                self.issuer,
                self.client_id,
                attempt.nonce,
                str(token.get("access_token", "")),
            )
            if all(claims.get(name) for name in NEEDED):
                return claims
            return self._more(client, claims["sub"]) | claims
        except ValueError as error:
            raise self._failure(Untrusted, error) from error

    def _token(self, client: OAuth2Session, attempt: Attempt, code: str) -> dict[str, Any]:
        endpoint = self._discovery().token_endpoint
        try:
            found: dict[str, Any] = client.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
            )
        except AuthlibBaseError as error:
            kind = TooOld if error.error == "invalid_grant" else NotAccepted
            raise self._failure(kind, error) from error
        return found

    def _more(self, client: OAuth2Session, subject: str) -> dict[str, Any]:
        """What the provider tells only when asked again; raises ValueError when it is of somebody else."""
        address = self._discovery().userinfo_endpoint
        if not address:
            return {}
        try:
            found = outbound.read_object(client.get(address))
        except AuthlibBaseError as error:
            raise Unanswered(f"access token: {error}") from error
        if found.get("sub") != subject:
            raise ValueError("user info of somebody else")
        return found

    def _discovery(self) -> discovery.Addresses:
        where = discovery.address(self.issuer)
        return self._kept(where, lambda said: discovery.read(said, self.issuer))

    def _keys(self, anew: bool) -> KeySet:
        return self._kept(self._discovery().jwks_uri, id_tokens.read_keys, anew)

    def _kept(self, url: str, read: Callable[[dict[str, Any]], T], anew: bool = False) -> T:
        """What stands at an address, at most an hour old; raises Unanswered, Untrusted."""
        if not anew and url in self.kept and clock.now() - self.kept[url][0] < KEPT:
            found: T = self.kept[url][1]
            return found
        with Session() as session:
            outbound.guard(session, self.issuer, self.seconds)
            said = outbound.read_object(session.get(url))
        try:
            found = read(said)
        except ValueError as error:
            raise self._failure(Untrusted, error) from error
        self.kept[url] = clock.now(), found
        return found

    def _client(self) -> OAuth2Session:
        client = _Client(
            self.client_id,
            self.client_secret,
            scope=self.scope,
            redirect_uri=self.back_to,
            code_challenge_method="S256",
            leeway=0,
        )
        outbound.guard(client, self.issuer, self.seconds)
        return client

    def _failure(self, kind: type[Failed], why: object) -> Failed:
        log.warning("%s: %s: %s", self.name, kind.__name__, why)
        return kind(self.name)


class _Client(OAuth2Session):  # type: ignore[misc]
    """Authlib's client, with a reading of its own of when a token ends."""

    def parse_response_token(self, resp: Response) -> Any:
        said = outbound.read_object(resp, also=(400, 401, 403))
        if "error" in said:
            raise self.oauth_error_class(said["error"], said.get("error_description"))
        ends = ends_at(said.pop("expires_in", None), clock.now().timestamp())
        self.token = said | {"expires_at": ends}
        return self.token


def ends_at(expires_in: object, now: float) -> int | None:
    """When an access token ends, Unix time, and in an hour at the latest; None when that cannot be told.

    ThaID tells the point in time itself, where the standard (RFC 6749) has the seconds from now.
    """
    try:
        number = int(str(expires_in))
    except ValueError:
        return None
    return int(min(number if number > POINT_IN_TIME else now + number, now + LONGEST_ACCESS_SECONDS))
