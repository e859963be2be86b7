"""Signing in at a real provider, rightly and in every wrong way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from govapp.core import clock
from govapp.core.identity import Identity
from govapp.core.openid import (
    Attempt,
    Cancelled,
    Failed,
    Nameless,
    NotAccepted,
    Provider,
    TooOld,
    Unavailable,
    Untrusted,
    ends_at,
)
from govapp.core.partial_dates import PartialDate
from tests.openid.server import BACK_TO, OpenIdServer
from tests.postgres import free_port

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = 1_800_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[OpenIdServer]:
    server = OpenIdServer()
    yield server
    server.stop()


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def sign_in(server: OpenIdServer, client: Provider | None = None, login: str = "somchai") -> Identity:
    client, attempt = client or server.client(), Attempt("enter", "/")
    return client.finish(attempt, query(server.visit(client.begin(attempt), login)))


def test_the_right_way(server: OpenIdServer) -> None:
    assert sign_in(server) == Identity(
        server.issuer, "somchai", "1234567890121", "นาย", "สมชาย", "สมมติ", PartialDate(1985, 6, 15)
    )


@pytest.mark.parametrize(
    ("login", "number", "birth"),
    [
        ("malee", "3999900000010", PartialDate(1965)),
        ("boonmi", "5999900000016", PartialDate(1937)),
        ("stateless", "0999900000015", PartialDate(1999, 11)),
        ("settled", "6999900000014", PartialDate(1970, 1, 31)),
        ("born_here", "7999900000012", PartialDate(2010, 5, 5)),
    ],
)
def test_everybody_with_a_number_can_come(
    server: OpenIdServer, login: str, number: str, birth: PartialDate
) -> None:
    found = sign_in(server, login=login)
    assert (found.citizen_number, found.birth) == (number, birth)


@pytest.mark.parametrize("login", ["no_number", "wrong_number"])
def test_nobody_without_a_number_can(server: OpenIdServer, login: str) -> None:
    with pytest.raises(Nameless):
        sign_in(server, login=login)


@pytest.mark.parametrize("name", ["claims only in userinfo", "expires_in in seconds", "expires_in nonsense"])
def test_other_right_ways_of_telling(server: OpenIdServer, name: str) -> None:
    with server.misbehaving(name):
        assert sign_in(server).citizen_number == "1234567890121"


def test_a_person_among_several_audiences_that_is_meant_for_us(server: OpenIdServer) -> None:
    with server.misbehaving("right azp"):
        assert sign_in(server).subject == "somchai"


@pytest.mark.parametrize(
    ("name", "failure", "why"),
    [
        ("wrong nonce", Untrusted, "Invalid claim: 'nonce'"),
        ("no nonce", Untrusted, "Missing claim: 'nonce'"),
        ("wrong audience", Untrusted, "Invalid claim: 'aud'"),
        ("several audiences", Untrusted, "Missing claim: 'azp'"),
        ("wrong azp", Untrusted, "Invalid claim: 'azp'"),
        ("wrong issuer", Untrusted, "Invalid claim: 'iss'"),
        ("another issuer in the answer", Untrusted, "the answer is of another issuer"),
        ("no subject", Untrusted, "Missing claim: 'sub'"),
        ("expired", Untrusted, "The token is expired"),
        ("no end", Untrusted, "Missing claim: 'exp'"),
        ("from the future", Untrusted, "issued in the future"),
        ("alg none", Untrusted, "'none' is not allowed"),
        ("HS256 with the public key", Untrusted, "'HS256' is not allowed"),
        ("another key", Untrusted, "bad_signature"),
        ("unknown kid", Untrusted, "No key for kid"),
        ("jku", Untrusted, "'jku' in header is not supported"),
        ("x5u", Untrusted, "'x5u' in header is not supported"),
        ("embedded key", Untrusted, "'jwk' in header is not supported"),
        ("no token", Untrusted, "Invalid JSON Web Signature"),
        ("no JWT", Untrusted, "Invalid header"),
        ("keys nonsense", Untrusted, "key set"),
        ("discovery of another issuer", Untrusted, "document is of another issuer"),
        ("discovery of another host", Untrusted, "does not belong to 127.0.0.1"),
        ("discovery without keys", Untrusted, "has no jwks_uri"),
        ("userinfo of another", Untrusted, "user info of somebody else"),
        ("userinfo down", Unavailable, "answered 500"),
        ("access ended long ago", Unavailable, "access token: token_invalid"),
        ("token down", Unavailable, "answered 503"),
        ("token no JSON", Unavailable, "other than JSON"),
        ("token moved", Unavailable, "answered 307 and leads elsewhere"),
        ("token large", Unavailable, "larger than 262144 bytes"),
        ("keys moved", Unavailable, "answered 302 and leads elsewhere"),
    ],
)
def test_what_is_wrong_is_refused(
    server: OpenIdServer, caplog: pytest.LogCaptureFixture, name: str, failure: type[Failed], why: str
) -> None:
    client = server.client()
    with server.misbehaving(name), pytest.raises(failure) as caught:
        sign_in(server, client)
    assert type(caught.value) is failure
    assert "ThaID" in str(caught.value)
    assert why in caplog.text
    assert "1234567890121" not in caplog.text
    assert "/caught" not in server.counts(), "no redirect is followed"
    assert sign_in(server, client).subject == "somchai", "the control: the same client, and nothing wrong"


def test_a_key_is_looked_for_anew_once_and_no_more(server: OpenIdServer) -> None:
    before, client = server.counts()["/jwks"], server.client()
    with server.misbehaving("unknown kid"), pytest.raises(Untrusted):
        sign_in(server, client)
    assert server.counts()["/jwks"] == before + 2
    with server.misbehaving("rotated"):
        assert sign_in(server, client).subject == "somchai", "the new key was found"
        assert sign_in(server, client).subject == "somchai"
    assert server.counts()["/jwks"] == before + 3


def test_a_slow_provider_is_not_waited_for(server: OpenIdServer) -> None:
    with server.misbehaving("token slow"), pytest.raises(Unavailable):
        sign_in(server, server.client(seconds=0.5))


def test_a_provider_that_is_down(server: OpenIdServer) -> None:
    down, attempt = server.client(issuer=f"http://127.0.0.1:{free_port()}"), Attempt("enter", "/")
    with pytest.raises(Unavailable) as caught:
        down.begin(attempt)
    assert caught.value.status == 503
    with pytest.raises(Unavailable):
        down.finish(attempt, {"state": attempt.state, "code": "x"})


def test_a_provider_without_the_secret_of_this_site_says_so(server: OpenIdServer) -> None:
    with pytest.raises(NotAccepted):
        sign_in(server, server.client(client_secret="wrong"))


def test_what_is_asked_of_the_provider(server: OpenIdServer) -> None:
    first, second = Attempt("enter", "/"), Attempt("enter", "/")
    url = server.client().begin(first)
    asked, other = query(url), query(server.client().begin(second))
    assert (asked["response_type"], asked["redirect_uri"]) == ("code", BACK_TO)
    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert first.verifier not in url
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != other[name]
        assert len(asked[name]) >= 43


def test_a_code_works_once(server: OpenIdServer, caplog: pytest.LogCaptureFixture) -> None:
    client, attempt = server.client(), Attempt("enter", "/")
    answer = query(server.visit(client.begin(attempt)))
    assert client.finish(attempt, answer).subject == "somchai"
    with pytest.raises(TooOld):
        client.finish(attempt, answer)
    assert "invalid_grant" in caplog.text


def test_the_provider_itself_refuses_a_wrong_verifier(
    server: OpenIdServer, caplog: pytest.LogCaptureFixture
) -> None:
    client, attempt = server.client(), Attempt("enter", "/")
    answer = query(server.visit(client.begin(attempt)))
    with pytest.raises(TooOld):
        client.finish(replace(attempt, verifier="v" * 64), answer)
    assert "invalid_grant" in caplog.text


@pytest.mark.parametrize("answered", [{"state": "another"}, {"state": ""}, {"state": "อื่น"}, {}])
def test_an_answer_to_another_try_is_not_even_asked_about(
    server: OpenIdServer, answered: dict[str, str]
) -> None:
    before = server.counts().get("/token", 0)
    for rest in ({"code": "x"}, {"error": "access_denied"}):
        with pytest.raises(TooOld):
            server.client().finish(Attempt("enter", "/"), answered | rest)
    assert server.counts().get("/token", 0) == before


def test_a_person_may_stop(server: OpenIdServer) -> None:
    client, attempt = server.client(), Attempt("enter", "/")
    answer = query(server.visit(client.begin(attempt), do="cancel"))
    with pytest.raises(Cancelled):
        client.finish(attempt, answer)


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ({"error": "invalid_scope"}, NotAccepted),
        ({"error": "temporarily_unavailable"}, Unavailable),
        ({"code": ""}, NotAccepted),
        ({}, NotAccepted),
    ],
)
def test_a_provider_that_sends_no_code(
    server: OpenIdServer, said: dict[str, str], failure: type[Failed]
) -> None:
    attempt = Attempt("enter", "/")
    with pytest.raises(failure):
        server.client().finish(attempt, {"state": attempt.state} | said)


def test_a_try_is_kept_by_its_browser_for_ten_minutes(server: OpenIdServer) -> None:
    client, attempt = server.client(), Attempt("link", "/account", user_id=7)
    sealed = attempt.sealed(KEY)
    assert attempt.verifier not in sealed
    assert client.attempt(KEY, sealed) == attempt
    with clock.stopped(clock.now() + timedelta(minutes=9)):
        assert client.attempt(KEY, sealed) == attempt
    with clock.stopped(clock.now() + timedelta(minutes=11)), pytest.raises(TooOld):
        client.attempt(KEY, sealed)
    for key, text in ((OTHER_KEY, sealed), (KEY, sealed[:-4] + "AAA="), (KEY, "")):
        with pytest.raises(TooOld):
            client.attempt(key, text)


def test_addresses_are_kept_for_an_hour(server: OpenIdServer) -> None:
    where, client = "/.well-known/openid-configuration", server.client()
    before, start = server.counts()[where], clock.now()
    for minutes, asked in ((0, 1), (59, 1), (61, 2)):
        with clock.stopped(start + timedelta(minutes=minutes)):
            client.begin(Attempt("enter", "/"))
            assert server.counts()[where] == before + asked


@pytest.mark.parametrize(
    ("expires_in", "ends"),
    [
        (900, NOW + 900),
        ("900", NOW + 900),
        (NOW + 900, NOW + 900),
        (NOW - 900, NOW - 900),
        (NOW + 10**8, NOW + 3600),
        (10**9, NOW + 3600),
        (10**400, NOW + 3600),
        (-5, NOW - 5),
        (None, None),
        ("soon", None),
        (True, None),
        (float("nan"), None),
        ([900], None),
    ],
)
def test_a_point_in_time_is_told_from_seconds(expires_in: object, ends: int | None) -> None:
    assert ends_at(expires_in, NOW) == ends


def test_nothing_secret_is_shown_by_accident(server: OpenIdServer) -> None:
    shown = repr([server.client(), Attempt("enter", "/"), sign_in(server)])
    assert "secret" not in shown
    assert "somchai" not in shown
    assert "verifier" not in shown
