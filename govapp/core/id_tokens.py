"""ID tokens: what an OpenID provider signs about a person. Source: OpenID Connect Core 1.0, 3.1.3.7."""

from collections.abc import Callable
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from govapp.core import clock

ALGORITHMS = ("ES256", "ES384", "RS256", "RS384", "RS512", "PS256")
LEEWAY_SECONDS = 60
NO_KEY = HeaderParameter("a key comes from the provider, never from a token", "none")
REGISTRY = JWSRegistry(
    {"jku": NO_KEY, "jwk": NO_KEY, "x5c": NO_KEY, "x5u": NO_KEY}, ALGORITHMS, strict_check_header=False
)


def verify(
    token: str,
    keys: Callable[[bool], KeySet],
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
) -> dict[str, Any]:
    """The claims of a token that this issuer signed for this client in this try; raises ValueError.

    keys  the issuer's keys; keys(True) fetches them anew, asked once for a key that is not among them
    """
    try:
        found = _decode(token, keys)
        wanted: Any = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
        claims = CodeIDToken(found.claims, found.header, wanted, params)
        claims.validate(int(clock.now().timestamp()), LEEWAY_SECONDS)
    except (JoseError, ArithmeticError, LookupError, TypeError) as error:
        raise ValueError(f"ID token: {type(error).__name__}: {error}") from error
    return dict(claims)


def read_keys(said: dict[str, Any]) -> KeySet:
    """The keys in a JSON Web Key Set; raises ValueError."""
    try:
        return KeySet.import_key_set({"keys": said["keys"]})
    except (JoseError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"key set: {type(error).__name__}: {error}") from error


def _decode(token: str, keys: Callable[[bool], KeySet]) -> jwt.Token:
    try:
        return jwt.decode(token, keys(False), registry=REGISTRY)
    except InvalidKeyIdError:
        return jwt.decode(token, keys(True), registry=REGISTRY)
