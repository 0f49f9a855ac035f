"""Requests and plans."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import AuditEntry, GroupKind, Plan, Request, RequestStatus
from groupmatch.services.requests import requests
from groupmatch.services.requests.requests import RequestWish
from tests import cast as people
from tests.cast import TODAY, Cast, make_cast


@pytest.mark.usefixtures("fixed_clock")
def test_a_request_ranks_its_topics_and_waits_since_today(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        made = requests.add_request(
            session,
            cast.ben,
            topics=["grief-loss", "anxiety-depression"],
            level_code="outpatient",
            requires={"modality": ["CBT"]},
            preferred_therapists=[cast.cleo.id],
            avoid_groups=[cast.group.id],
            by=cast.mara.id,
        )
    with database.read() as session:
        stored = session.get_one(Request, made.id)
        assert [topic.topic_code for topic in stored.topics] == ["grief-loss", "anxiety-depression"]
        assert (stored.urgency, stored.waiting_since) == ("routine", TODAY)
        assert stored.preferences[0].therapist_id == cast.cleo.id
        assert stored.avoided[0].group_id == cast.group.id


def test_the_requests_of_a_plan_belong_together(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        made = requests.add_plan(
            session,
            cast.ben,
            level_code="iop-adult",
            requests=[
                RequestWish(["dbt-skills"]),
                RequestWish(["cbt"], kind=GroupKind.INDIVIDUAL),
            ],
            urgency="soon",
            min_days=4,
            by=cast.mara.id,
        )
    with database.read() as session:
        stored = session.get_one(Plan, made.id)
        assert (stored.min_days, stored.min_minutes) == (4, None)
        assert {request.kind for request in stored.requests} == {"group", "individual"}
        assert {request.level_code for request in stored.requests} == {"iop-adult"}
        assert {request.urgency for request in stored.requests} == {"soon"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"topics": []}, "topics_missing"),
        ({"topics": ["tarot"]}, "unknown_topic"),
        ({"level_code": "spa"}, "unknown_level"),
        ({"urgency": "whenever"}, "unknown_urgency"),
        ({"preferred_therapists": ["nobody"]}, "unknown_therapist"),
        ({"avoid_therapists": ["nobody"]}, "unknown_therapist"),
        ({"avoid_groups": ["nowhere"]}, "unknown_group"),
    ],
)
def test_a_request_for_what_does_not_exist_is_refused(
    session: Session, cast: Cast, fields: dict[str, Any], code: str
) -> None:
    wanted = {"topics": ["cbt"], "level_code": "outpatient", **fields}
    with pytest.raises(Refused, match=code):
        requests.add_request(session, cast.ben, by=cast.mara.id, **wanted)


def test_a_plan_asks_for_something(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="plan_empty"):
        requests.add_plan(session, cast.ben, level_code="iop-adult", requests=[], by=cast.mara.id)


def test_a_group_of_another_program_is_unknown_here(session: Session, cast: Cast) -> None:
    sol = people.therapist(session, cast.other_program, "Sol")
    theirs = people.therapy_group(session, cast.other_program, leaders=[sol])
    with pytest.raises(Refused, match="unknown_group"):
        requests.add_request(
            session,
            cast.ben,
            topics=["cbt"],
            level_code="outpatient",
            avoid_groups=[theirs.id],
            by=cast.mara.id,
        )


def test_an_edit_says_from_what_to_what(session: Session, cast: Cast) -> None:
    wish = RequestWish(["cbt", "anxiety-depression"], requires={"language": ["es"]})
    assert requests.edit_request(session, cast.ben_request, wish, urgency="soon", by=cast.mara.id)
    stored = requests.wish_of(cast.ben_request)
    assert (stored.topics, stored.requires) == (wish.topics, wish.requires)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "request.edited")).one()
    assert entry.before is not None
    assert entry.before["topics"] == ["anxiety-depression"]
    assert entry.after is not None
    assert entry.after["urgency"] == "soon"


def test_an_edit_that_changes_nothing_leaves_no_trace(session: Session, cast: Cast) -> None:
    same = requests.wish_of(cast.ben_request)
    assert not requests.edit_request(session, cast.ben_request, same, by=cast.mara.id)
    assert session.scalars(select(AuditEntry)).all() == []


def test_a_need_that_is_over_closes_once(session: Session, cast: Cast) -> None:
    requests.close_request(session, cast.ben_request, by=cast.mara.id, reason="found elsewhere")
    assert cast.ben_request.status == RequestStatus.CLOSED
    with pytest.raises(Conflict, match="request_over"):
        requests.close_request(session, cast.ben_request, by=cast.mara.id, reason="again")
    with pytest.raises(Conflict, match="request_over"):
        requests.edit_request(session, cast.ben_request, RequestWish(["cbt"]), by=cast.mara.id)


def test_a_seat_ends_before_its_request_closes(session: Session, cast: Cast) -> None:
    with pytest.raises(Conflict, match="request_seated"):
        requests.close_request(session, cast.ada_request, by=cast.mara.id, reason="mistake")
