"""Somebody who asks for a call gets one, and nobody asks in vain."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.errors import Conflict
from groupmatch.records import Task, TaskKind
from groupmatch.services.care import calls
from tests import cast
from tests.cast import TODAY


def test_an_ask_for_a_call_is_a_task_for_staff(session: Session) -> None:
    people = cast.make_cast(session)
    task = calls.ask_for_call(session, people.ben, note="After five.", by=None)
    assert (task.kind, task.note, task.program_id) == (
        TaskKind.CALL,
        "After five.",
        people.program.id,
    )
    assert calls.open_call(session, people.ben) is task
    assert calls.open_call(session, people.ada) is None


def test_asking_twice_adds_to_the_first_ask(session: Session) -> None:
    people = cast.make_cast(session)
    calls.ask_for_call(session, people.ben, note="After five.", by=None)
    calls.ask_for_call(session, people.ben, note="Or before nine.", by=None)
    calls.ask_for_call(session, people.ben, note="", by=None)
    [task] = session.scalars(select(Task))
    assert task.note == "After five.\nOr before nine."


def test_what_is_due_sooner_makes_the_open_task_due_then(session: Session) -> None:
    people = cast.make_cast(session)
    calls.open_task(session, people.ben, TaskKind.SAFETY, note="", by=None)
    tomorrow = TODAY + timedelta(days=1)
    due = []
    for due_on in (tomorrow, TODAY, tomorrow, None):
        task = calls.open_task(
            session, people.ben, TaskKind.SAFETY, note="", by=None, due_on=due_on
        )
        due.append(task.due_on)
    assert due == [tomorrow, TODAY, TODAY, TODAY]
    assert session.scalars(select(Task)).all() == [task]


def test_after_the_call_a_new_one_may_be_asked_for(session: Session) -> None:
    people = cast.make_cast(session)
    first = calls.ask_for_call(session, people.ben, note="", by=None)
    calls.finish_task(session, first, by=people.mara.id)
    assert calls.open_call(session, people.ben) is None
    assert calls.ask_for_call(session, people.ben, note="", by=None) is not first


def test_a_task_is_done_by_one_person(session: Session) -> None:
    people = cast.make_cast(session)
    task = calls.ask_for_call(session, people.ben, note="", by=None)
    calls.finish_task(session, task, by=people.mara.id)
    with pytest.raises(Conflict) as caught:
        calls.finish_task(session, task, by=people.ines.id)
    assert caught.value.code == "task_done"
    assert task.done_by_id == people.mara.id
