"""What a mail can say: its text is written here, and nothing about anybody gets into it."""

from pathlib import Path

import pytest
from jinja2 import Environment, meta

from groupmatch.resources import shipped

TEXTS = sorted((shipped("templates") / "mail").glob("*.txt"))

#: Addresses of this site, links that open one's own account, and times. Nothing else has a place.
MAY_SAY = {"public_url", "link", "until", "at"}
#: Those that no participant ever gets.
FOR_STAFF = ("week", "emergency", "night_failed")
#: Words of health, of groups and of places in line.
SAYS_NEVER = ("group", "therap", "topic", "diagnos", "waitlist", "member", "substance", "treatment")


def _says(text: str) -> set[str]:
    environment = Environment(autoescape=False, extensions=["jinja2.ext.i18n"])  # noqa: S701
    return meta.find_undeclared_variables(environment.parse(text)) - {"gettext"}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_mail_has_no_place_for_a_name_a_group_or_a_topic(path: Path) -> None:
    assert _says(path.read_text()) <= MAY_SAY


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if path.stem not in FOR_STAFF], ids=lambda path: path.stem
)
def test_a_mail_and_its_subject_tell_nothing_of_health(path: Path) -> None:
    text = path.read_text().lower().replace("groupmatch", "")
    assert [word for word in SAYS_NEVER if word in text] == []


def test_a_place_for_a_name_would_be_found() -> None:
    """The control."""
    assert not _says("Hello {{ name }}") <= MAY_SAY
