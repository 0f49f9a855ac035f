"""Pages and mails speak another language where a catalog of it is there, and English elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask.testing import FlaskClient

from groupmatch import clock, language, mail
from groupmatch.records import OutboxMail
from tests.cast import Cast
from tests.web.conftest import settings_for
from tests.web.pages import words

#: A few words of a language that is none.
CHEF = {
    "Your schedule": "Yuor schedool",
    "The next %(ahead)s weeks, in %(timezone)s.": "%(timezone)s: zee next %(ahead)s veeks.",
    "Print": "Preent",
    "There is an offer for you": "Zeer is un ooffer fur yuoo",
}


@pytest.fixture
def chef(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Installs the catalog "en-CH"."""
    compiled = tmp_path / "en_CH" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    catalog = Catalog(locale="en_CH")
    for message, translated in CHEF.items():
        catalog.add(message, translated)
    with compiled.open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language.offered.cache_clear()
    yield
    language.speak(language.SOURCE)
    language.offered.cache_clear()


def schedule(client: FlaskClient, accepted: str) -> tuple[str, str]:
    """The page's text, and its language."""
    answer = client.get("/me/schedule", headers={"Accept-Language": accepted})
    return words(answer), answer.text.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.usefixtures("chef")
def test_a_page_speaks_the_language_that_its_reader_asks_for(
    people: Cast, client_of: Callable[[str], FlaskClient]
) -> None:
    client = client_of("Ada")
    text, spoken = schedule(client, "en-CH, en;q=0.5")
    assert spoken == "en-CH"
    assert "Yuor schedool" in text
    assert "time: zee next" in text
    assert "Preent" in text
    # The next reader in the same thread is spoken to in English.
    text, spoken = schedule(client, "fr")
    assert spoken == "en"
    assert "Your schedule" in text


def test_without_a_catalog_everybody_reads_english(
    people: Cast, client_of: Callable[[str], FlaskClient]
) -> None:
    """The control."""
    text, spoken = schedule(client_of("Ada"), "en-CH")
    assert spoken == "en"
    assert "Your schedule" in text


@pytest.mark.usefixtures("chef")
def test_a_mail_is_written_in_the_language_that_is_spoken(tmp_path: Path) -> None:
    offer = OutboxMail(
        id="1", recipient="ada@example.org", template="offer", created_at=clock.now(),
        facts={"until": "tomorrow"},
    )  # fmt: skip
    settings = settings_for(tmp_path)
    with language.speaking("en-CH"):
        assert mail.message(offer, settings)["Subject"] == "Zeer is un ooffer fur yuoo"
    assert mail.message(offer, settings)["Subject"] == "There is an offer for you"


@pytest.mark.usefixtures("chef")
def test_words_marked_for_later_are_translated_where_they_are_shown() -> None:
    marked = language.later("Print")
    with language.speaking("en-CH"):
        assert str(marked) == f"{marked}" == marked.__html__() == "Preent"
    assert str(marked) == f"{marked}" == marked.__html__() == "Print"
