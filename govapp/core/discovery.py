"""Where an OpenID provider is asked what: its discovery document. Source: OpenID Connect Discovery 1.0."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from govapp.core.outbound import check_form


@dataclass(frozen=True)
class Addresses:
    """Of one provider, all of them its own."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""


def address(issuer: str) -> str:
    """Where the document of an issuer lies."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read(said: Mapping[str, Any], issuer: str) -> Addresses:
    """The addresses in a document; raises ValueError for a document, or for addresses, of others."""
    if said.get("issuer") != issuer:
        raise ValueError("the discovery document is of another issuer")
    given = {}
    for item in fields(Addresses):
        found = said.get(item.name) or ""
        if not isinstance(found, str) or (not found and item.default is MISSING):
            raise ValueError(f"the discovery document has no {item.name}")
        if found:
            check_form(urlsplit(found), urlsplit(issuer))
        given[item.name] = found
    return Addresses(**given)
