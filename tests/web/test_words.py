"""Every word of pages can be translated, and the catalog for translators has them all."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from groupmatch.language import FOLDER
from groupmatch.resources import shipped
from tests.web.unmarked import unmarked as unmarked_in_python

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = shipped("templates")
PAGES = sorted(TEMPLATES.rglob("*.html"))
WEB = ROOT / "groupmatch" / "web"
#: What these write is for machines: headers, keys, answers to probes, drawings.
MACHINES = {"assets", "attempts", "calendar_feeds", "health", "icons", "second_factor", "security"}
MODULES = sorted(path for path in WEB.rglob("*.py") if path.stem not in MACHINES)
#: Attributes that people read.
READ = {"alt", "aria-label", "placeholder", "title"}
#: What stays as it is in every language, and blocks that name classes.
NAMES = re.compile(r"groupmatch|\{% block \w+_class %\}[\w ]*\{% endblock %\}")

_environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


class _Reader(HTMLParser):
    """Collects words between tags and in attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if value and name in READ]


def unmarked(source: str) -> list[str]:
    """The words of a template that stand outside of a translation."""
    reader = _Reader()
    reader.feed("".join(_outside(NAMES.sub("", source))))
    reader.close()
    return [" ".join(words.split()) for words in reader.words if re.search(r"[A-Za-z]", words)]


def _outside(source: str) -> Iterator[str]:
    """The text of a template without its expressions, statements and translated sentences."""
    translated, before = False, ""
    for _, kind, value in _environment.lex(source):
        if before == "block_begin" and value in ("trans", "endtrans"):
            translated = value == "trans"
        if kind == "data" and not translated:
            yield value
        if kind != "whitespace":
            before = kind


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_word_of_a_template_can_be_translated(page: Path) -> None:
    assert unmarked(page.read_text()) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(WEB)))
def test_every_word_of_a_page_that_a_module_makes_can_be_translated(module: Path) -> None:
    assert unmarked_in_python(module.read_text()) == []


def test_words_outside_of_a_translation_would_be_found_in_python() -> None:
    """The control."""
    assert unmarked_in_python('flash(f"{name} has a seat.")') == ["{} has a seat."]
    assert unmarked_in_python('Column("size", "Size", size)') == ["Size"]
    assert unmarked_in_python('def cap() -> str:\n    """Words."""\n    return "Group cap"') == [
        "Group cap"
    ]
    assert unmarked_in_python('flash(gettext("%(name)s has a seat.") % {"name": name})') == []


def test_words_outside_of_a_translation_would_be_found() -> None:
    """The control."""
    assert unmarked("<p>Hello, {{ name }}</p>") == ["Hello,"]
    assert unmarked('<p aria-label="Name">{{ _("Name") }}</p>') == ["Name"]
    assert unmarked("<p>{% trans %}Hello, {{ name }}{% endtrans %}</p>") == []


def test_the_catalog_for_translators_is_up_to_date(tmp_path: Path) -> None:
    """`make messages` brings it up to date."""
    fresh = tmp_path / "messages.pot"
    subprocess.run(
        [Path(sys.executable).with_name("pybabel"), "--quiet", "extract",
         "--mapping", "config/babel.toml", "--keywords", "later", "--ignore-dirs", ".*",
         "--no-wrap", "--sort-by-file", "--add-location", "file", "--omit-header",
         "--output", fresh, "."],
        cwd=ROOT, check=True,
    )  # fmt: skip
    assert _messages(fresh) == _messages(FOLDER / "messages.pot")


def _messages(catalog: Path) -> set[str]:
    entries = catalog.read_text().split("\n\n")
    return {entry.partition("msgid")[2] for entry in entries}
