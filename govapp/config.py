"""Every setting the app has: one line each, read once from the environment, checked at start."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class ConfigError(Exception):
    """A setting is missing or makes no sense; the message says which and what would."""


def folder(name: str) -> Path:
    """templates, locales or migrations: beside the checkout, or inside the installed wheel."""
    packed = HERE / "_house" / name
    return packed if packed.is_dir() else HERE.parent / name


def _is(default: Any, meaning: str, between: tuple[int, int] = (1, 1000)) -> Any:
    return field(default=default, metadata={"meaning": meaning, "between": between})


@dataclass(frozen=True)
class Config:
    """Settings; each is the environment variable GOVAPP_<NAME>, described in the README."""

    database_url: str = _is("sqlite:///instance/govapp.db", "SQLite file, or postgresql+psycopg://…")
    instance: str = _is("instance", "Folder for what this server keeps outside the database")
    key_folder: str = _is("", "Folder for the keys of ballot boxes, never in a backup; else instance/keys")
    secret_key: str = _is("", "Signs cookies, ≥ 32 characters; made under instance/ when SQLite is used")
    public_url: str = _is("http://127.0.0.1:8000", "Address people type; https makes cookies secure")
    bind: str = _is("127.0.0.1:8000", "Address and port to listen on")
    processes: int = _is(1, "Web processes (more than one needs PostgreSQL)")
    threads: int = _is(8, "Threads in each web process")
    worker: bool = _is(True, "Run jobs inside the web process; 0 when `govapp worker` runs beside it")
    trusted_proxies: int = _is(0, "Reverse proxies in front whose X-Forwarded headers are believed", (0, 10))
    language: str = _is("th", "Language of a first visit: th or en")
    site_name: str = _is("govapp", "Name in the masthead")
    site_place: str = _is("", "Line under the name in the masthead")
    upload_limit_bytes: int = _is(32 * 1024 * 1024, "Largest upload", (1, 2**30))
    session_hours: int = _is(12, "A sign-in ends after this long")
    session_idle_minutes: int = _is(30, "A sign-in ends after this long without use", (1, 24 * 60))
    smtp_url: str = _is("", "Mail server: smtp://user:password@host:587 or smtps://…; else files")
    mail_from: str = _is("", "Address letters come from; needed with a mail server")
    thaid_issuer: str = _is("", "ThaID's address, https://imauth.bora.dopa.go.th; without it no such sign-in")
    thaid_client_id: str = _is("", "This site's name at ThaID; goes with thaid_issuer")
    thaid_client_secret: str = _is("", "This site's secret at ThaID; goes with thaid_issuer")
    letter_days: int = _is(90, "Letters and notices are kept this long", (1, 3650))
    privacy_contact: str = _is("", "Whom to ask about personal data: shown in the privacy notice")
    demo: bool = _is(False, "Demo data and banner; refused on anything but SQLite on 127.0.0.1")

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read and check every setting; raises ConfigError."""
        given: dict[str, Any] = {}
        for item in fields(cls):
            name = f"GOVAPP_{item.name.upper()}"
            if name in env:
                given[item.name] = _convert(name, env[name], type(item.default))
        config = cls(**given)
        config.check()
        return config

    def check(self) -> None:
        """Raise ConfigError for settings that contradict each other."""
        self._check_numbers()
        self._check_mail()
        self._check_thaid()
        address = urlsplit(self.public_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ConfigError(f"GOVAPP_PUBLIC_URL must be like https://example.org, not {self.public_url!r}")
        self._check_demo()
        if not self.database_url.startswith(("sqlite:", "postgresql+psycopg:")):
            raise ConfigError("GOVAPP_DATABASE_URL must begin with sqlite: or postgresql+psycopg:")
        if self.secret_key and len(self.secret_key) < 32:
            raise ConfigError("GOVAPP_SECRET_KEY must have 32 characters or more")
        if self.is_sqlite and self.processes > 1:
            raise ConfigError("GOVAPP_PROCESSES above 1 needs PostgreSQL: set GOVAPP_DATABASE_URL")
        if not self.is_sqlite and len(self.secret_key) < 32:
            raise ConfigError("GOVAPP_SECRET_KEY must be set to 32 characters or more")
        if self.language not in ("th", "en"):
            raise ConfigError(f"GOVAPP_LANGUAGE must be th or en, not {self.language!r}")

    def _check_numbers(self) -> None:
        for item in fields(self):
            number, (least, most) = getattr(self, item.name), item.metadata["between"]
            if type(item.default) is int and not least <= number <= most:
                raise ConfigError(f"GOVAPP_{item.name.upper()} must be from {least} to {most}, not {number}")

    def _check_demo(self) -> None:
        """Anybody can be anybody there, so nothing may bring visitors in from outside."""
        if not self.demo:
            return
        if not (self.is_sqlite and re.fullmatch(r"127\.0\.0\.1:[0-9]+", self.bind)):
            raise ConfigError("GOVAPP_DEMO=1 is for SQLite on 127.0.0.1 only")
        if self.trusted_proxies:
            raise ConfigError(
                "GOVAPP_DEMO=1 is not for a site behind a proxy: GOVAPP_TRUSTED_PROXIES must be 0"
            )
        if urlsplit(self.public_url).hostname not in LOOPBACK:
            raise ConfigError(
                f"GOVAPP_DEMO=1 needs a GOVAPP_PUBLIC_URL on this machine, not {self.public_url!r}"
            )

    def _check_mail(self) -> None:
        if self.smtp_url and not (_is_mail_server(self.smtp_url) and ADDRESS.fullmatch(self.mail_from)):
            raise ConfigError("GOVAPP_SMTP_URL must be smtp:// or smtps:// and a host, with GOVAPP_MAIL_FROM")

    def _check_thaid(self) -> None:
        given = (self.thaid_issuer, self.thaid_client_id, self.thaid_client_secret)
        if any(given) and not all(given):
            names = "GOVAPP_THAID_ISSUER, GOVAPP_THAID_CLIENT_ID and GOVAPP_THAID_CLIENT_SECRET"
            raise ConfigError(f"{names} go together: set all three, or none")
        if self.thaid_issuer and not _is_issuer(self.thaid_issuer):
            wanted = "https://imauth.bora.dopa.go.th, or http:// on this machine"
            raise ConfigError(f"GOVAPP_THAID_ISSUER must be like {wanted}, not {self.thaid_issuer!r}")

    @property
    def sender(self) -> str:
        """Where letters come from."""
        return self.mail_from or f"no-reply@{urlsplit(self.public_url).hostname}"

    @property
    def box_keys(self) -> Path:
        """Where the keys of ballot boxes lie."""
        return Path(self.key_folder or Path(self.instance) / "keys")

    @property
    def letter_files(self) -> Path:
        """Where letters lie that were written to files, be it before a mail server took them."""
        return Path(self.instance) / "letters"

    @property
    def letter_folder(self) -> Path | None:
        """Where letters are written to as files; None where a mail server takes them."""
        return self.letter_files if self.demo or not self.smtp_url else None

    @property
    def thaid_origin(self) -> str:
        """https://imauth.bora.dopa.go.th, without a path; "" where ThaID is not set up."""
        parts = urlsplit(self.thaid_issuer)
        return f"{parts.scheme}://{parts.netloc}" if self.thaid_issuer else ""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        return urlsplit(self.public_url).scheme == "https"

    def signing_key(self) -> str:
        """secret_key, or the one kept in the instance folder (made on first use, mode 0600)."""
        if self.secret_key:
            return self.secret_key
        path = Path(self.instance) / "secret.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
        key = path.read_text()
        if len(key) < 32:
            raise ConfigError(f"{path} holds no key: delete it, and a new one is made")
        return key


def _make_key(path: Path) -> None:
    """Write a new key whole, or not at all; when two processes start at once, one key stands."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(32))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_issuer(url: str) -> bool:
    try:
        parts = urlsplit(url)
        plain = not (parts.query or parts.fragment or parts.username) and parts.port != 0
    except ValueError:
        return False
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return plain and secure and bool(parts.hostname)


def _convert(name: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text not in ("0", "1"):
            raise ConfigError(f"{name} must be 0 or 1, not {text!r}")
        return text == "1"
    if kind is int:
        if not text.isascii() or not text.isdigit():
            raise ConfigError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    return text
