"""No page says a word that nobody could translate.

Every message is put into a language that is none, letter by letter. What is still written in our
letters then is what people wrote, or it was never marked.
"""

import html
import re
import tomllib
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from sqlalchemy import String, select

from groupmatch import language
from groupmatch.database import Database, Record
from groupmatch.resources import shipped
from tests.web.asking import Asked, asked
from tests.web.axe import VISITORS, pages
from tests.web.conftest import signed_in

#: Places for facts, markup and formats, which every language keeps.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|\{[^}]*\}|%[-#]?[A-Za-z])")
#: Attributes that people read.
_READ = re.compile(r'\b(?:title|aria-label|placeholder|alt|data-label|data-copied)="([^"]*)"')
#: Names of zones by the clock, hours as people write them into a field, ids, what the audit log
#: keeps as a code, and our name.
_NAMES = re.compile(
    r"\b(?:[ECMP][SD]T|UTC|groupmatch|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [0-9:-]+|[a-z0-9]{14}|feed)\b"
)


class _Nowhere(NullTranslations):
    """A language of one letter."""

    def gettext(self, message: str) -> str:
        parts = enumerate(_KEPT.split(message))
        return "".join(part if n % 2 else re.sub("[A-Za-z]", "ø", part) for n, part in parts)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


@pytest.fixture(scope="module")
def made(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The world, in a language that is none."""
    with asked(_migrated_file, tmp_path_factory.mktemp("translated")) as world:
        before = language._catalog.set(_Nowhere())
        yield world
        language._catalog.reset(before)


def test_every_word_of_every_page_is_in_the_catalog(made: Asked) -> None:
    longest_first = sorted(_written(made.database), key=len, reverse=True)
    written = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE
    )
    looked, left = 0, {}
    for role, visitor in VISITORS.items():
        client = made.app.test_client()
        if visitor.name:
            client = signed_in(made.app, made.database, visitor.name)
        for url in pages(made.app, made.world, visitor):
            answer = client.get(url)
            if answer.status_code == 200 and "html" in answer.content_type:
                looked += 1
                left |= dict.fromkeys(_ours(answer.text, written), f"{role} {url}")
    assert looked > 100
    assert left == {}


def test_a_word_without_a_mark_would_be_found(made: Asked) -> None:
    """The control."""
    page = made.app.jinja_env.from_string("{{ _('Saved %(name)s.', name='now') }} <p>Ada</p>")
    assert list(_ours(page.render(), re.compile("Ada"))) == ["now"]


def _ours(page: str, written: re.Pattern[str]) -> Iterator[str]:
    """Words in our letters that nobody wrote into the program."""
    markup = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    texts = re.sub(r"<[^>]+>", "\n", markup).split("\n") + _READ.findall(markup)
    for text in map(html.unescape, texts):
        yield from re.findall("[A-Za-z]{3,}", _NAMES.sub("", written.sub("", text)))


def _written(database: Database) -> set[str]:
    """What stands in the database and in the governed settings, and the names of zones."""
    found = {name for zone in available_timezones() for name in _parts_of(zone)}
    for path in shipped("config").glob("*.toml"):
        found |= set(_strings(tomllib.loads(path.read_text())))
    with database.read() as session:
        for record in Record.__subclasses__():
            columns = [each for each in record.__table__.columns if isinstance(each.type, String)]
            for row in session.execute(select(*columns)) if columns else ():
                found |= set(_strings(list(row)))
    return {words for words in found if re.search("[A-Za-z]", words)}


def _parts_of(zone: str) -> set[str]:
    spoken = zone.replace("_", " ")
    return {spoken, spoken.rpartition("/")[2]}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)
