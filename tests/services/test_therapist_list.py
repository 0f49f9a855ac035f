"""The list of therapists: what they lead this week, and which licenses hold."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.records import License
from groupmatch.services.therapists.therapist_list import TherapistRow, therapist_rows
from tests import cast as people
from tests.cast import TODAY, Cast

_MONDAY = TODAY - timedelta(days=TODAY.weekday())
_WEDNESDAY = _MONDAY + timedelta(days=2)
_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("from_on", "until_on", "minutes"),
    [
        (None, None, 60 + 90),
        (_WEDNESDAY, _WEDNESDAY, 60 + 90),
        (_WEDNESDAY + _DAY, None, 60),
        (None, _WEDNESDAY - _DAY, 60),
    ],
)
def test_a_track_is_one_group_and_its_meetings_count_in_the_weeks_that_they_hold(
    session: Session, cast: Cast, from_on: date | None, until_on: date | None, minutes: int
) -> None:
    zoe = people.therapist(session, cast.program, "Zoë")
    track = people.therapy_group(
        session, cast.program, leaders=[zoe], meetings=((0, 600, 60), (2, 600, 90))
    )
    (later,) = (meeting for meeting in track.meetings if meeting.weekday == 2)
    later.from_on, later.until_on = from_on, until_on
    row = _row(session, cast, zoe.id)
    assert (row.groups, row.minutes) == (1, minutes)


def test_licenses_count_from_their_first_date_to_their_last(session: Session, cast: Cast) -> None:
    zoe = people.therapist(session, cast.program, "Zoë", regions=())
    for region, first, last in (
        ("NJ", TODAY, TODAY),
        ("CT", TODAY - _DAY, TODAY + _DAY),
        ("PA", TODAY + _DAY, None),
        ("VT", TODAY - _DAY, TODAY - _DAY),
    ):
        session.add(License(therapist_id=zoe.id, region=region, valid_from=first, valid_to=last))
    row = _row(session, cast, zoe.id)
    assert (row.licensed, row.ends_on) == (("CT", "NJ"), TODAY)


def _row(session: Session, cast: Cast, therapist_id: str) -> TherapistRow:
    rows = therapist_rows(session, cast.program, on=TODAY)
    return next(row for row in rows if row.id == therapist_id)
