"""The settings of an installation: defaults from `config/default.toml`, then the environment."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from groupmatch.errors import BadSettings
from groupmatch.resources import shipped

#: Settings that hosting platforms provide under plain names.
_PLAIN_NAMES = {"database_url": "DATABASE_URL", "port": "PORT"}

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
    solve_seconds: int
    #: Set only by `groupmatch demo`: never by a file or a variable.
    demo: bool = False

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name not in {"secret_key", "mail_password", "database_url"}
        )
        return f"Settings({shown})"


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the defaults and the environment.

    Raises BadSettings with every problem at once. Creates the data folder when the embedded
    database or a generated secret key needs it.
    """
    values, problems = _overridden(_defaults(), environment)
    if problems:
        raise BadSettings(problems)
    data = Path(str(values["data"])).expanduser()
    values["data"] = data
    values["database_url"] = values["database_url"] or f"sqlite:///{data / 'groupmatch.sqlite3'}"
    values["secret_key"] = values["secret_key"] or _kept_secret(data)
    return Settings(**values)  # type: ignore[arg-type]


def _defaults() -> dict[str, object]:
    return tomllib.loads((shipped("config") / "default.toml").read_text(encoding="utf-8"))


def _overridden(
    defaults: Mapping[str, object], environment: Mapping[str, str]
) -> tuple[dict[str, object], list[str]]:
    values, problems = dict(defaults), []
    known = {f"GROUPMATCH_{name.upper()}" for name in defaults}
    for name, default in defaults.items():
        variable = f"GROUPMATCH_{name.upper()}"
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
