"""The settings of an installation: defaults from `config/default.toml`, then the environment."""

import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from groupmatch.errors import BadSettings
from groupmatch.resources import shipped

#: Never printed, nor logged.
SECRETS = frozenset({"secret_key", "mail_password"})

#: Settings that hosting platforms provide under plain names.
_PLAIN_NAMES = {"database_url": "DATABASE_URL", "port": "PORT"}

#: Whole numbers: setting, least, most.
_RANGES = (
    ("port", 0, 65535),
    ("mail_port", 1, 65535),
    ("proxies", 0, 8),
    ("solve_seconds", 1, 86400),
)
_SECRET_LETTERS = 32

_SITE = re.compile(r"https?://([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?")
_ADDRESS = re.compile(_SITE.pattern + r"(/[^\s/?#]+)*")
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_DRIVERS = {"postgres", "postgresql", "postgresql+psycopg", "sqlite"}

#: Variables of the test suite, which share the prefix and are no settings.
_TOOL_VARIABLES = {"GROUPMATCH_REQUIRE_BROWSER", "GROUPMATCH_TEST_POSTGRESQL"}


@dataclass(frozen=True)
class Settings:
    """Typed settings; each is described in `config/default.toml`."""

    data: Path
    database_url: str
    secret_key: str
    host: str
    port: int
    public_url: str
    meeting_url: str
    mail_host: str
    mail_port: int
    mail_user: str
    mail_password: str
    mail_sender: str
    mail_starttls: bool
    proxies: int
    solve_seconds: int
    #: Set only by `groupmatch demo`: never by a file or a variable.
    demo: bool = False

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name not in SECRETS | {"database_url"}
        )
        return f"Settings({shown})"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the defaults and the environment.

    Raises BadSettings with every problem at once. Creates the data folder when the embedded
    database or a generated secret key needs it.
    """
    values, problems = _overridden(_defaults(), environment)
    problems += _unusable(values, environment)
    if problems:
        raise BadSettings(problems)
    data = Path(str(values["data"])).expanduser()
    values["data"] = data
    values["database_url"] = values["database_url"] or f"sqlite:///{data / 'groupmatch.sqlite3'}"
    values["secret_key"] = values["secret_key"] or _kept_secret(data)
    return Settings(**values)  # type: ignore[arg-type]


def source(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Where a setting comes from: the name of its variable, or "default"."""
    for variable in (_variable(name), _PLAIN_NAMES.get(name, "")):
        if environment.get(variable, "") != "":
            return variable
    return "default"


def _variable(name: str) -> str:
    return f"GROUPMATCH_{name.upper()}"


def _defaults() -> dict[str, object]:
    return tomllib.loads((shipped("config") / "default.toml").read_text(encoding="utf-8"))


def _overridden(
    defaults: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[dict[str, object], list[str]]:
    values, problems = dict(defaults), []
    known = {_variable(name) for name in defaults}
    for name, default in defaults.items():
        key = source(name, environment)
        if key != "default":
            try:
                values[name] = _parsed(environment[key], type(default))
            except ValueError:
                wanted = "true or false" if isinstance(default, bool) else "a whole number"
                problems.append(f"{key} takes {wanted}, not {environment[key]!r}")
    for key in environment:
        if key.startswith("GROUPMATCH_") and key not in known | _TOOL_VARIABLES:
            problems.append(f"{key} is not a setting; config/default.toml lists them all")
    return values, problems


def _unusable(values: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """What no installation can run with, one sentence a problem; no secret is quoted."""
    problems = []
    for name, least, most in _RANGES:
        if not least <= values[name] <= most:
            told = source(name, environment)
            problems.append(f"{told} is from {least:,} to {most:,}, not {values[name]}")
    if not values["public_url"]:
        problems.append("GROUPMATCH_PUBLIC_URL must say how people reach this site")
    elif not _SITE.fullmatch(values["public_url"]):
        problems.append(
            "GROUPMATCH_PUBLIC_URL takes scheme and host alone, like https://groups.example.org"
        )
    if values["meeting_url"] and not _ADDRESS.fullmatch(values["meeting_url"]):
        problems.append(
            "GROUPMATCH_MEETING_URL takes an address without a slash at the end,"
            " like https://meet.example.org/room"
        )
    if not _MAILBOX.fullmatch(values["mail_sender"]):
        problems.append("GROUPMATCH_MAIL_SENDER takes one mail address")
    if values["secret_key"] and len(values["secret_key"]) < _SECRET_LETTERS:
        problems.append(f"GROUPMATCH_SECRET_KEY has at least {_SECRET_LETTERS} characters")
    return problems + (_not_a_database(values["database_url"]) if values["database_url"] else [])


def _not_a_database(text: str) -> list[str]:
    told = ["DATABASE_URL takes postgresql://user:password@host/name, or sqlite:///path"]
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        return told
    # In the query part it would be shown, and stand in the command lines of backups.
    if url.drivername not in _DRIVERS or "password" in url.query:
        return told
    if url.get_backend_name() != "sqlite" and find_spec("psycopg") is None:
        return ['DATABASE_URL asks for PostgreSQL: pip install "groupmatch[postgresql]"']
    return []


def _parsed(text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in {"true", "1", "false", "0"}:
            raise ValueError(text)
        return text.lower() in {"true", "1"}
    return int(text) if kind is int else text


def _kept_secret(data: Path) -> str:
    """Return the secret key kept in the data folder, making it on the first call.

    Raises BadSettings where it cannot be kept, or is not whole: with a shorter key anybody could
    make a sign-in.
    """
    path = data / "secret.key"
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make_secret(path)
        kept = path.read_text(encoding="utf-8")
    except OSError as error:
        where = "or give GROUPMATCH_SECRET_KEY"
        told = f"GROUPMATCH_DATA takes a folder that can be written, {where}"
        raise BadSettings([f"{told}; {data}: {error.strerror}"]) from None
    if len(kept) < _SECRET_LETTERS:
        do = "Put a copy of it back; without one, remove it, and another is made"
        raise BadSettings([f"{path} holds no whole key. {do}"])
    return kept


def _make_secret(path: Path) -> None:
    """Whole or not at all, and once: of two processes that start together, both read one key."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
