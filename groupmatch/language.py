"""The language that people are spoken to: English, or another one that has a catalog here.

English is the source: a message without a translation is shown in its own words. The command line
never chooses a language, so it stays English.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

SOURCE = "en"
#: Holds `<language>/LC_MESSAGES/messages.mo` for each language beside English.
FOLDER = Path(__file__).with_name("translations")

_catalog: ContextVar[NullTranslations | None] = ContextVar("catalog", default=None)
_spoken: ContextVar[str] = ContextVar("language", default=SOURCE)


@cache
def offered() -> tuple[str, ...]:
    """The languages there are words for, as tags for `lang` attributes, English first."""
    catalogs = sorted(FOLDER.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE, *(path.parent.parent.name.replace("_", "-") for path in catalogs))


def spoken() -> str:
    """The tag of the language that words are in at present."""
    return _spoken.get()


def speak(tag: str) -> None:
    """Go on in one of the languages that are `offered`, in this thread or task alone."""
    _spoken.set(tag)
    _catalog.set(None if tag == SOURCE else _read(tag))


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Write some words in one of the languages that are `offered`."""
    before = spoken()
    speak(tag)
    try:
        yield
    finally:
        speak(before)


def gettext(message: str) -> str:
    """A message in the language that is spoken."""
    catalog = _catalog.get()
    return catalog.gettext(message) if catalog else message


def ngettext(one: str, many: str, number: int) -> str:
    """A message about a number of things, in the form that the number takes."""
    catalog = _catalog.get()
    if catalog:
        return catalog.ngettext(one, many, number)
    return one if number == 1 else many


class later(str):  # noqa: N801 - reads as the function it stands in for
    """Words that are marked where they are written, and translated where they are shown.

    For what is made before anybody reads it: labels of forms, words by code.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return gettext(str.__str__(self))

    def __html__(self) -> Markup:
        return escape(str(self))

    def __format__(self, how: str) -> str:
        return format(str(self), how)

    def __mod__(self, facts: object) -> str:
        return str(self) % facts

    def format(self, *values: object, **facts: object) -> str:
        """Fill in facts where the translated words have places for them."""
        return str(self).format(*values, **facts)


def install(environment: Environment) -> None:
    """Give templates `{% trans %}`, `_(…)`, `ngettext(…)` and `later(…)`.

    Facts are escaped where the template escapes, and a message may hold markup.
    """
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_=_message, gettext=_message, ngettext=_counted, later=later)


@pass_eval_context
def _message(evaluation: EvalContext, message: str, /, **facts: object) -> str:
    return _filled(evaluation, gettext(message), facts)


@pass_eval_context
def _counted(evaluation: EvalContext, one: str, many: str, num: int, /, **facts: object) -> str:
    facts["num"] = f"{num:,}"
    return _filled(evaluation, ngettext(one, many, num), facts)


def _filled(evaluation: EvalContext, words: str, facts: dict[str, object]) -> str:
    if evaluation.autoescape:
        # Markup would escape the facts by itself, at twice the cost.
        facts = {name: escape(fact) for name, fact in facts.items()}
    if "%" in words:
        words = words % facts
    return Markup(words) if evaluation.autoescape else words  # noqa: S704 - a message of ours


@cache
def _read(tag: str) -> NullTranslations:
    return translation("messages", FOLDER, [tag.replace("-", "_")])
