"""Participants: taken in, edited, flagged."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import NotAllowed, Refused
from groupmatch.records import (
    AuditEntry,
    Participant,
    SeatState,
    Task,
)
from groupmatch.services.participants import people
from tests.cast import NOW, Cast, make_cast

_NEW = {
    "first_name": "Nia",
    "last_name": "Okafor",
    "timezone": "America/Chicago",
    "region": "IL",
}


def test_somebody_new_is_stored_with_all_that_is_known(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        made = people.add_participant(
            session,
            cast.program,
            by=cast.mara.id,
            language=["en", "ig"],
            attributes={"gender": ["woman"]},
            payer_code="medicare",
            **_NEW,
        )
    with database.read() as session:
        stored = session.get_one(Participant, made.id)
        assert stored.full_name == "Nia Okafor"
        assert stored.language == ["en", "ig"]
        assert stored.attributes == {"gender": ["woman"]}
        assert stored.payer_code == "medicare"


def test_the_audit_log_never_holds_a_name(session: Session, cast: Cast) -> None:
    made = people.add_participant(session, cast.program, by=cast.mara.id, **_NEW)
    people.edit_participant(session, made, by=cast.mara.id, first_name="Nyah", region="WI")
    added, edited = session.scalars(select(AuditEntry).order_by(AuditEntry.act)).all()
    assert added.after is not None
    assert added.after["first_name"] == "…"
    assert added.after["region"] == "IL"
    assert edited.before == {"first_name": "…", "region": "IL"}
    assert edited.after == {"first_name": "…", "region": "WI"}


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"last_name": ""}, "name_missing"),
        ({"timezone": "EST5"}, "unknown_zone"),
        ({"region": "ny"}, "unknown_region"),
        ({"age_band": "child"}, "unknown_age_band"),
        ({"payer_code": "acme"}, "unknown_payer"),
    ],
)
def test_a_person_whom_nothing_could_fit_is_refused(
    session: Session, cast: Cast, field: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        people.add_participant(session, cast.program, by=cast.mara.id, **{**_NEW, **field})
    with pytest.raises(Refused, match=code):
        people.edit_participant(session, cast.ben, by=cast.mara.id, **field)


def test_a_field_that_nobody_may_edit_is_a_mistake_of_the_caller(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(TypeError, match="safety_flag_since"):
        people.edit_participant(session, cast.ben, by=cast.mara.id, safety_flag_since=None)


def test_raising_the_safety_flag_opens_a_task_and_keeps_the_seat(
    session: Session, cast: Cast
) -> None:
    people.set_safety_flag(session, cast.ada, raised=True, by=cast.mara.id, reason="call notes")
    assert cast.ada.safety_flag_since == NOW
    assert session.scalars(select(Task.kind)).all() == ["safety"]
    assert cast.ada_seat.state == SeatState.ACTIVE


def test_only_a_clinician_lowers_the_safety_flag(session: Session, cast: Cast) -> None:
    people.set_safety_flag(session, cast.ada, raised=True, by=None, reason="item 9")
    with pytest.raises(Refused, match="person_must_decide"):
        people.set_safety_flag(session, cast.ada, raised=False, by=None, reason="")
    with pytest.raises(NotAllowed, match="not_your_decision"):
        people.set_safety_flag(session, cast.ada, raised=False, by=cast.mara.id, reason="seen")
    people.set_safety_flag(session, cast.ada, raised=False, by=cast.nora.id, reason="seen")
    assert cast.ada.safety_flag_since is None
