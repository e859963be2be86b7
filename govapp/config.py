"""Every setting the app has: one line each, read once from the environment, checked at start."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class ConfigError(Exception):
    """A setting is missing or makes no sense; the message says which and what would."""


def folder(name: str) -> Path:
    """templates, locales or migrations: beside the checkout, or inside the installed wheel."""
    packed = HERE / "_house" / name
    return packed if packed.is_dir() else HERE.parent / name


def _is(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Config:
    """Settings; each is the environment variable GOVAPP_<NAME>, described in the README."""

    database_url: str = _is("sqlite:///instance/govapp.db", "SQLite file, or postgresql+psycopg://…")
    instance: str = _is("instance", "Folder for what this server keeps outside the database")
    secret_key: str = _is("", "Signs cookies, ≥ 32 characters; made under instance/ when SQLite is used")
    public_url: str = _is("http://127.0.0.1:8000", "Address people type; https makes cookies secure")
    bind: str = _is("127.0.0.1:8000", "Address and port to listen on")
    processes: int = _is(1, "Web processes (more than one needs PostgreSQL)")
    threads: int = _is(8, "Threads in each web process")
    worker: bool = _is(True, "Run jobs inside the web process; 0 when `govapp worker` runs beside it")
    trusted_proxies: int = _is(0, "Reverse proxies in front whose X-Forwarded headers are believed")
    language: str = _is("th", "Language of a first visit: th or en")
    site_name: str = _is("govapp", "Name in the masthead")
    site_place: str = _is("", "Line under the name in the masthead")
    upload_limit_bytes: int = _is(32 * 1024 * 1024, "Largest upload")
    session_hours: int = _is(12, "A sign-in ends after this long")
    session_idle_minutes: int = _is(30, "A sign-in ends after this long without use")
    smtp_url: str = _is("", "Mail server: smtp://user:password@host:587 or smtps://…; else files")
    mail_from: str = _is("", "Address letters come from; needed with a mail server")
    letter_days: int = _is(90, "Letters and notices are kept this long")
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
        if self.is_sqlite and self.processes > 1:
            raise ConfigError("GOVAPP_PROCESSES above 1 needs PostgreSQL: set GOVAPP_DATABASE_URL")
        if not self.is_sqlite and len(self.secret_key) < 32:
            raise ConfigError("GOVAPP_SECRET_KEY must be set to 32 characters or more")
        if self.language not in ("th", "en"):
            raise ConfigError(f"GOVAPP_LANGUAGE must be th or en, not {self.language!r}")
        if self.smtp_url and not (_is_mail_server(self.smtp_url) and ADDRESS.fullmatch(self.mail_from)):
            raise ConfigError("GOVAPP_SMTP_URL must be smtp:// or smtps:// and a host, with GOVAPP_MAIL_FROM")
        if self.demo and not (self.is_sqlite and self.bind.startswith("127.0.0.1:")):
            raise ConfigError("GOVAPP_DEMO=1 is for SQLite on 127.0.0.1 only")

    @property
    def sender(self) -> str:
        """Where letters come from."""
        return self.mail_from or f"no-reply@{urlsplit(self.public_url).hostname}"

    @property
    def letter_folder(self) -> Path | None:
        """Where letters are written to as files; None where a mail server takes them."""
        return Path(self.instance) / "letters" if self.demo or not self.smtp_url else None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    def signing_key(self) -> str:
        """secret_key, or the one kept in the instance folder (made on first use, mode 0600)."""
        if self.secret_key:
            return self.secret_key
        path = Path(self.instance) / "secret.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(key := secrets.token_urlsafe(32))
        return key


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


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
