import re
from dataclasses import fields
from pathlib import Path

import pytest

from govapp.config import Config, ConfigError

PG = "postgresql+psycopg:///x"
THAID = {
    "GOVAPP_THAID_ISSUER": "https://id.example",
    "GOVAPP_THAID_CLIENT_ID": "us",
    "GOVAPP_THAID_CLIENT_SECRET": "s",
}
README = Path(__file__).parents[1] / "README.md"


def test_every_setting_is_in_the_readme_and_nothing_else() -> None:
    named = set(re.findall(r"^\| `(GOVAPP_[A-Z_]+)`", README.read_text(), re.MULTILINE))
    assert named == {f"GOVAPP_{field.name.upper()}" for field in fields(Config)}


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        ({"GOVAPP_THREADS": "many"}, "GOVAPP_THREADS must be a whole number"),
        ({"GOVAPP_DEMO": "yes"}, "GOVAPP_DEMO must be 0 or 1"),
        ({"GOVAPP_LANGUAGE": "fr"}, "GOVAPP_LANGUAGE must be th or en"),
        ({"GOVAPP_PROCESSES": "2"}, "needs PostgreSQL"),
        ({"GOVAPP_DATABASE_URL": "postgresql+psycopg:///x"}, "GOVAPP_SECRET_KEY must be set"),
        ({"GOVAPP_DEMO": "1", "GOVAPP_BIND": "127.0.0.1:80,0.0.0.0:80"}, "GOVAPP_DEMO=1 is for SQLite"),
        ({"GOVAPP_DEMO": "1", "GOVAPP_DATABASE_URL": PG, "GOVAPP_SECRET_KEY": "x" * 32}, "GOVAPP_DEMO=1"),
        ({"GOVAPP_PUBLIC_URL": "example.org"}, "GOVAPP_PUBLIC_URL must be like"),
        ({"GOVAPP_PUBLIC_URL": "https://"}, "GOVAPP_PUBLIC_URL must be like"),
        ({"GOVAPP_SECRET_KEY": "short"}, "32 characters"),
        ({"GOVAPP_DATABASE_URL": "mysql://x"}, "must begin with sqlite: or postgresql"),
        ({"GOVAPP_THREADS": "0"}, "GOVAPP_THREADS must be from 1 to 1000, not 0"),
        ({"GOVAPP_SESSION_HOURS": "9" * 12}, "GOVAPP_SESSION_HOURS must be from 1"),
        ({"GOVAPP_UPLOAD_LIMIT_BYTES": "0"}, "GOVAPP_UPLOAD_LIMIT_BYTES must be from 1"),
        ({"GOVAPP_SMTP_URL": "http://mail", "GOVAPP_MAIL_FROM": "a@b"}, "GOVAPP_SMTP_URL must be smtp://"),
        ({"GOVAPP_SMTP_URL": "smtp://mail:x", "GOVAPP_MAIL_FROM": "a@b"}, "GOVAPP_SMTP_URL must be smtp://"),
        ({"GOVAPP_SMTP_URL": "smtp://mail"}, "with GOVAPP_MAIL_FROM"),
        ({"GOVAPP_THAID_ISSUER": "https://id.example"}, "set all three, or none"),
        ({"GOVAPP_THAID_CLIENT_SECRET": "s"}, "set all three, or none"),
        (THAID | {"GOVAPP_THAID_ISSUER": "http://id.example"}, "GOVAPP_THAID_ISSUER must be like https"),
        (THAID | {"GOVAPP_THAID_ISSUER": "https://"}, "GOVAPP_THAID_ISSUER must be like https"),
        (THAID | {"GOVAPP_THAID_ISSUER": "https://id.example?x"}, "GOVAPP_THAID_ISSUER must be like https"),
        (THAID | {"GOVAPP_THAID_ISSUER": "https://id.example:x"}, "GOVAPP_THAID_ISSUER must be like https"),
        ({"GOVAPP_DEMO": "1", "GOVAPP_BIND": "0.0.0.0:80"}, "GOVAPP_DEMO=1 is for SQLite on 127.0.0.1"),
        ({"GOVAPP_DEMO": "1", "GOVAPP_TRUSTED_PROXIES": "1"}, "GOVAPP_TRUSTED_PROXIES must be 0"),
        (
            {"GOVAPP_DEMO": "1", "GOVAPP_PUBLIC_URL": "https://x.example.org"},
            "GOVAPP_PUBLIC_URL on this machine",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_and_says_which(env: dict[str, str], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        Config.from_env(env)


def test_the_demo_runs_under_every_name_of_this_machine_and_nothing_is_asked_without_it() -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert Config.from_env({"GOVAPP_DEMO": "1", "GOVAPP_PUBLIC_URL": f"http://{host}:8000"}).demo
    assert Config.from_env({"GOVAPP_TRUSTED_PROXIES": "1", "GOVAPP_PUBLIC_URL": "https://x.example.org"})


def test_settings_are_read_from_the_environment() -> None:
    config = Config.from_env({"GOVAPP_THREADS": "3", "GOVAPP_WORKER": "0", "GOVAPP_SITE_NAME": "ทดสอบ"})
    assert (config.threads, config.worker, config.site_name) == (3, False, "ทดสอบ")


def test_thaid_has_three_settings_or_none_and_plain_http_only_on_this_machine() -> None:
    here = {"GOVAPP_THAID_ISSUER": "http://127.0.0.1:9"}
    assert Config.from_env({}).thaid_issuer == ""
    assert Config.from_env(THAID).thaid_issuer == "https://id.example"
    assert Config.from_env(THAID | here).thaid_issuer == "http://127.0.0.1:9"


def test_letters_are_files_until_there_is_a_mail_server_and_always_in_the_demo() -> None:
    server = {
        "GOVAPP_SMTP_URL": "smtps://user:p%40ss@mail.example.org",
        "GOVAPP_MAIL_FROM": "post@example.org",
    }
    demo = {"GOVAPP_DEMO": "1"}
    assert Config.from_env({}).letter_folder == Path("instance/letters")
    assert Config.from_env({"GOVAPP_PUBLIC_URL": "https://x.example.org"}).sender == "no-reply@x.example.org"
    assert Config.from_env(server).letter_folder is None
    assert Config.from_env(server).sender == "post@example.org"
    assert Config.from_env(server | demo).letter_folder == Path("instance/letters")


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    config = Config(instance=str(tmp_path))
    key = config.signing_key()
    assert len(key) >= 32
    assert config.signing_key() == key
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_cookies_are_secure_however_https_is_written() -> None:
    assert Config.from_env({"GOVAPP_PUBLIC_URL": "HTTPS://example.org"}).is_https
    assert not Config.from_env({"GOVAPP_PUBLIC_URL": "http://example.org"}).is_https


def test_a_key_that_was_cut_short_is_refused_and_no_draft_stays(tmp_path: Path) -> None:
    config = Config(instance=str(tmp_path))
    config.signing_key()
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(ConfigError, match="holds no key"):
        config.signing_key()
