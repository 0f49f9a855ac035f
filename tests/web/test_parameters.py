"""Ids of others in every field of every form, in addresses and bodies: nothing comes of it.

Each form that a page shows is sent again and again, each time with one answer replaced by an id of
the other program. Nothing of that program may show, and nothing may be written that names it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from groupmatch.database import Record
from groupmatch.records import AuditEntry
from groupmatch.web.access import acting, loading
from tests.web.addresses import address
from tests.web.asking import Asked, Form, asked, forms, visitor

#: Kinds of records whose ids are tried; names that nobody at home may read.
FOREIGN = ("participant_id", "group_id", "therapist_id", "request_id", "seat_id", "other_id")
MARKS = ("Dovson", "dov@", "Theo", "dora@")


@pytest.fixture(scope="module")
def made(_migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The application over a world that nothing changes."""
    with asked(_migrated_file, tmp_path_factory.mktemp("parameters")) as asking:
        yield asking


@contextmanager
def _writes(foreign: frozenset[str]) -> Iterator[list[str]]:
    """What is written within the block that names a foreign record, the audit log aside."""
    found: list[str] = []

    def look(session: Session, *_more: object) -> None:
        for record in (*session.new, *session.dirty, *session.deleted):
            if isinstance(record, Record) and not isinstance(record, AuditEntry):
                columns = inspect(record).mapper.column_attrs
                keys = [each.key for each in columns if each.columns[0].foreign_keys]
                named = {getattr(record, key) for key in keys}
                found.extend(f"{type(record).__name__} names {each}" for each in named & foreign)

    event.listen(Session, "after_flush", look)
    try:
        yield found
    finally:
        event.remove(Session, "after_flush", look)


def _kinds(answer: str) -> Sequence[str]:
    """All kinds where an id stands, a person's where nothing does; numbers and dates take none."""
    if re.fullmatch("[a-z2-9]{14}", answer):
        return FOREIGN
    return () if answer else FOREIGN[:1]


def _defects(made: Asked, name: str, sent: Sequence[Form]) -> list[str]:
    fresh = visitor(made, name)
    other = made.world.other.ids
    foreign = frozenset(other[kind] for kind in FOREIGN)
    found = []
    for form in sent:
        with _writes(foreign) as anyway:
            form.send(fresh())
        for field in form.fields:
            for kind in _kinds(form.fields[field]):
                with _writes(foreign) as written:
                    status, text = form.send(fresh(), **{field: other[kind]})
                told = [mark for mark in MARKS if mark in text]
                if status == 500 or told or set(written) - set(anyway):
                    where = f"{form.method} {form.action} {field}={kind}"
                    found.append(f"{where}: {status} {told} {written}")
    return found


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Mara", "Nora", "Ines"])
def test_ids_of_others_in_any_field_come_to_nothing(made: Asked, name: str) -> None:
    sent = forms(made, name)
    assert sum(len(form.fields) for form in sent) > 3
    assert _defects(made, name, sent) == []


def test_without_the_guard_on_records_it_is_found(
    made: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same answers, where records are loaded by id alone."""
    monkeypatch.setattr(
        loading, "_in_program", lambda record, record_id: acting.session().get(record, record_id)
    )
    apart = Form("GET", f"/people/{made.world.other.ids['participant_id']}", {"csv": ""})
    assert _defects(made, "Mara", [apart]) != []


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Mara", "Nora", "Ines"])
def test_no_page_of_one_s_own_tells_of_another_program(made: Asked, name: str) -> None:
    fresh = visitor(made, name)
    told = []
    for rule in made.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments:
            url = address(made.app, rule, made.world, made.world.home.ids)
            text = fresh().get(url, buffered=True).get_data(as_text=True)
            told += [f"{url} tells {mark}" for mark in MARKS if mark in text]
    assert told == []


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Mara", "Ines"])
def test_a_blank_in_any_field_is_no_error_of_the_program(made: Asked, name: str) -> None:
    fresh = visitor(made, name)
    broken = []
    for form in forms(made, name):
        for field in form.fields:
            for blank in ("", " "):
                status, _text = form.send(fresh(), **{field: blank})
                if status >= 500:
                    broken.append(f"{form.method} {form.action} {field}={blank!r}")
    assert broken == []
