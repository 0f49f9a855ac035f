"""Every refusal has its sentence, and every sentence reads like ours."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from flask import Flask

import groupmatch
from groupmatch.errors import Conflict, NotAllowed, NotFound, Refused

_KINDS = {kind.__name__ for kind in (Conflict, NotAllowed, NotFound, Refused)}
_BANNED = re.compile(r"\b(invalid|error|please|rejected|failed)\b|!", re.IGNORECASE)


def _raised() -> Iterator[tuple[str, frozenset[str]]]:
    """Every code in the source, with the names of its facts."""
    for path in Path(groupmatch.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _names_a_code(node.func):
                match node.args:
                    case [ast.Constant(value=str(code)), *_] if code.isidentifier():
                        facts = frozenset(word.arg for word in node.keywords if word.arg)
                        yield code, facts


def _names_a_code(called: ast.expr) -> bool:
    """Whether it makes a refusal, or is how a kind of its own hands its code on."""
    return getattr(called, "id", "") in _KINDS or getattr(called, "attr", "") == "__init__"


@pytest.fixture
def sentences(app: Flask) -> dict[str, str]:
    module: Any = app.jinja_env.get_template("_refusals.html").module
    known: dict[str, str] = module.SENTENCES
    return known


def test_every_refusal_in_the_source_has_a_sentence(sentences: dict[str, str]) -> None:
    codes = {code for code, _ in _raised()}
    assert len(codes) > 50
    assert sorted(codes - sentences.keys()) == []


def test_every_sentence_belongs_to_a_refusal(sentences: dict[str, str]) -> None:
    assert sorted(sentences.keys() - {code for code, _ in _raised()} - {"not_found"}) == []


def test_sentences_use_facts_that_their_refusals_carry(sentences: dict[str, str]) -> None:
    for code, facts in _raised():
        used = {name for _, name, _, _ in Formatter().parse(sentences[code]) if name}
        assert used <= facts, code


def test_sentences_read_like_ours(sentences: dict[str, str]) -> None:
    assert [text for text in sentences.values() if _BANNED.search(text)] == []
    assert all(text[0].isupper() and text.endswith(".") for text in sentences.values())
