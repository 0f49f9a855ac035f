"""The settings of an installation: defaults from `config/default.toml`, then the environment."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    problems += _unusable(values)
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
        variable = _variable(name)
        for key in (_PLAIN_NAMES.get(name, variable), variable):
            if environment.get(key, "") != "":
                try:
                    values[name] = _parsed(environment[key], type(default))
                except ValueError:
                    wanted = "true or false" if isinstance(default, bool) else "a whole number"
                    problems.append(f"{key} takes {wanted}, not {environment[key]!r}")
    for key in environment:
        if key.startswith("GROUPMATCH_") and key not in known | _TOOL_VARIABLES:
            problems.append(f"{key} is not a setting; config/default.toml lists them all")
    return values, problems


def _unusable(values: Mapping[str, Any]) -> list[str]:
    """What no installation can run with, one sentence a problem."""
    problems = [
        f"{_variable(name)} takes an address like https://groups.example.org, not {values[name]!r}"
        for name in ("public_url", "meeting_url")
        if values[name] and not _is_site(values[name])
    ]
    for name, least, most in _RANGES:
        if not least <= values[name] <= most:
            problems.append(f"{_variable(name)} is from {least:,} to {most:,}, not {values[name]}")
    if not values["public_url"]:
        problems.append("GROUPMATCH_PUBLIC_URL must say how people reach this site")
    if values["mail_sender"].count("@") != 1:
        problems.append("GROUPMATCH_MAIL_SENDER takes one mail address")
    if values["database_url"] and not _is_database(values["database_url"]):
        problems.append(
            "DATABASE_URL takes postgresql://user:password@host/name, or sqlite:///path"
        )
    if values["secret_key"] and len(values["secret_key"]) < _SECRET_LETTERS:
        problems.append(f"GROUPMATCH_SECRET_KEY has at least {_SECRET_LETTERS} characters")
    return problems


def _is_site(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and text[-1:] != "/"


def _is_database(text: str) -> bool:
    try:
        return make_url(text).get_backend_name() in {"postgres", "postgresql", "sqlite"}
    except ArgumentError:
        return False


def _parsed(text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in {"true", "1", "false", "0"}:
            raise ValueError(text)
        return text.lower() in {"true", "1"}
    return int(text) if kind is int else text


def _kept_secret(data: Path) -> str:
    """Return the secret key kept in the data folder, making it on the first call."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data / "secret.key"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="utf-8")
