"""Staff and people: find, take in, change, hours, requests, seats by hand, apart pairs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from groupmatch.database import Database
from groupmatch.records import (
    Account,
    ApartPair,
    AvailabilityException,
    EndReason,
    OutboxMail,
    Participant,
    Plan,
    Request,
    RequestStatus,
    Seat,
    SeatState,
)
from groupmatch.services.mail import outbox
from groupmatch.services.privacy import apart
from groupmatch.services.seats.placing import warnings_of
from tests import cast as made
from tests.cast import TODAY, TUESDAY, Cast
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]

NEW_PERSON = {
    "first_name": "Zoë",
    "last_name": "Núñez",
    "email": "zoe@example.org",
    "timezone": "America/Chicago",
    "region": "IL",
    "language": "en, es",
    "age_band": "adult",
    "attributes": "gender=woman",
    "hours": "Mon 18:00-21:00; Sat 09:00-12:00?",
}


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


def test_the_list_finds_people_and_links_to_their_pages(mara: FlaskClient, people: Cast) -> None:
    answer = mara.get("/people?q=BEN+qu")
    assert f"/people/{people.ben.id}" in answer.text
    assert "Ada Quill" not in answer.text
    assert "1 person found for “BEN qu”." in words(answer)


def test_a_name_with_a_slip_is_found_and_the_page_says_so(mara: FlaskClient) -> None:
    page = words(mara.get("/people?q=qiull"))
    assert "Nobody is called “qiull”. These names are close." in page
    assert "Ada Quill" in page
    assert "Nobody is called" not in words(mara.get("/people?q=quill"))


def test_the_file_of_people_carries_the_filter_and_all_pages(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for number in range(60):
            made.participant(session, people.program, f"Eve{number}")
    lines = mara.get("/people?q=eve&csv=people").text.splitlines()
    assert len(lines) == 61
    assert len(mara.get("/people?standing=waiting&csv=people").text.splitlines()) == 2


def test_mails_to_somebody_stand_on_their_page(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        for address in (people.ada.email, "somebody-else@example.org"):
            outbox.post(session, "schedule", address, program_id=people.program.id, facts={})
    page = words(mara.get(f"/people/{people.ada.id}"))
    assert page.count("Something changed in the schedule") == 1
    assert "Not yet" in page
    assert "No mail so far." in words(mara.get(f"/people/{people.ben.id}"))


def test_a_search_that_finds_nobody_says_what_to_try(mara: FlaskClient) -> None:
    assert "Beginnings of names are enough" in words(mara.get("/people?q=xyz"))


def test_somebody_is_taken_in_with_hours_and_found_at_once(
    mara: FlaskClient, sqlite_database: Database
) -> None:
    answer = mara.post("/people/new", data=NEW_PERSON, follow_redirects=True)
    page = words(answer)
    assert "Zoë Núñez is in care here." in page
    assert "Monday 6:00–9:00 pm" in page
    assert "Saturday 9:00 am–noon if needed" in page
    assert "Zoë Núñez" in words(mara.get("/people?q=nunez"))
    with sqlite_database.read() as session:
        zoe = session.scalars(select(Participant).filter_by(first_name="Zoë")).one()
        assert zoe.language == ["en", "es"]
        assert zoe.attributes == {"gender": ["woman"]}
        assert zoe.external_id is None


def test_all_problems_of_a_form_are_shown_at_once_and_answers_kept(mara: FlaskClient) -> None:
    answer = mara.post(
        "/people/new",
        data={"first_name": "Zoë", "timezone": "Mars/Olympus", "hours": "sometimes"},
    )
    assert answer.status_code == 422
    page = words(answer)
    assert "Write a last name." in page
    assert "Choose one from the list." in page
    assert "Choose a region." in page
    assert "“sometimes” is not a day and hours" in page
    assert 'value="Zoë"' in answer.text
    assert ">sometimes</textarea>" in answer.text.replace("\r\n", "")


def test_what_is_known_is_changed_and_the_history_says_by_whom(
    mara: FlaskClient, people: Cast
) -> None:
    form = {
        **NEW_PERSON,
        "first_name": "Ada",
        "last_name": "Quill",
        "email": "ada@example.org",
        "region": "NJ",
    }
    answer = mara.post(f"/people/{people.ada.id}/edit", data=form, follow_redirects=True)
    page = words(answer)
    assert "Saved." in page
    assert "region NY → NJ" in page
    assert "by Mara" in page


def test_hours_written_down_count_as_confirmed_today(mara: FlaskClient, people: Cast) -> None:
    page = words(
        mara.post(
            f"/people/{people.ben.id}/hours",
            data={"hours": "Tue 18:00-20:00"},
            follow_redirects=True,
        )
    )
    assert "Tuesday 6:00–8:00 pm" in page
    assert "confirmed Sunday, November 22, 2026" in page


def test_days_away_are_written_down_and_taken_back(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/away"
    backward = mara.post(url, data={"first_on": "2026-12-20", "last_on": "2026-12-10"})
    assert "The last day is before the first. Swap them, or mend one." in words(backward)
    form = {"first_on": "2026-12-20", "last_on": "2026-12-31", "note": "Travels"}
    page = words(mara.post(url, data=form, follow_redirects=True))
    assert "Sunday, December 20 to Thursday, December 31 Travels" in page
    with sqlite_database.read() as session:
        away = session.scalars(select(AvailabilityException)).one()
    assert mara.post(f"/people/{people.ada.id}/away/{away.id}/remove").status_code == 404
    page = words(mara.post(f"{url}/{away.id}/remove", follow_redirects=True))
    assert "December 20" not in page


def test_an_invitation_goes_out_by_mail_and_names_no_group(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve")
    mara.post(f"/people/{eve.id}/invite")
    with sqlite_database.read() as session:
        account = session.scalars(select(Account).filter_by(participant_id=eve.id)).one()
        mail = session.scalars(select(OutboxMail).filter_by(recipient="eve@example.org")).one()
        assert account.invited_at is not None
        assert (mail.template, set(mail.facts)) == ("invitation", {"link"})


def test_a_waiting_request_shows_what_it_counts_as_a_sum(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}"
    # A newcomer counts the full weight of the class, never zero.
    assert "Priority 1,000: routine 1,000" in words(mara.get(url))
    with sqlite_database.transaction() as session:
        asked = session.get_one(Request, people.ben_request.id)
        asked.waiting_since = TODAY - timedelta(days=24)
    assert "Priority 1,150: routine 1,000 + 3 weeks 150" in words(mara.get(url))


def test_a_request_is_written_down_with_topics_and_wishes(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    answer = mara.post(
        f"/people/{people.ada.id}/requests/new",
        data={
            "first": "anger",
            "second": "cbt",
            "level_code": "outpatient",
            "kind": "group",
            "urgency": "soon",
            "requires": "modality=DBT|CBT",
            "preferred_therapists": [people.cleo.id],
            "avoid_groups": [people.group.id],
        },
        follow_redirects=True,
    )
    page = words(answer)
    assert "Anger, or CBT" in page
    assert "Needs modality DBT or CBT" in page
    assert "Would like Cleo Marsh" in page
    assert "Not Anxiety and depression" in page


def test_a_request_without_a_topic_is_shown_what_is_missing(
    mara: FlaskClient, people: Cast
) -> None:
    answer = mara.post(
        f"/people/{people.ada.id}/requests/new",
        data={"level_code": "outpatient", "kind": "group", "urgency": "routine"},
    )
    assert answer.status_code == 422
    assert "Choose a topic." in words(answer)


def test_a_plan_ties_several_requests_together(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ben.id}/plans/new"
    form = {f"parts-{number}-kind": "group" for number in range(6)}
    form |= {"level_code": "iop-adult", "urgency": "step_down", "min_days": "3"}
    empty = mara.post(url, data=form)
    assert empty.status_code == 422
    assert "Choose the topic of at least one seat." in words(empty)
    emptied = {"parts-0-topic": "dbt-skills", "parts-0-kind": ""}
    assert mara.post(url, data=form | emptied).status_code == 422
    form |= {
        "parts-0-topic": "dbt-skills",
        "parts-1-topic": "anger",
        "parts-1-other": "cbt",
        "parts-3-topic": "cbt",
        "parts-3-kind": "individual",
    }
    page = words(mara.post(url, data=form, follow_redirects=True))
    assert page.count("part of a plan") == 3
    with sqlite_database.read() as session:
        plan = session.scalars(select(Plan)).one()
        assert (plan.level_code, plan.min_days, plan.min_minutes) == ("iop-adult", 3, None)


def test_a_request_is_changed_and_closed(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    asked = people.ben_request.id
    form = {"first": "anger", "kind": "group", "urgency": "urgent"}
    page = words(mara.post(f"/people/requests/{asked}/edit", data=form, follow_redirects=True))
    assert "Anger Waits since today Weekly outpatient · Group · Urgent" in page
    page = words(
        mara.post(
            f"/people/requests/{asked}/close",
            data={"reason": "Found help elsewhere"},
            follow_redirects=True,
        )
    )
    assert "Ben has no open request." in page
    with sqlite_database.read() as session:
        assert session.get_one(Request, asked).status == RequestStatus.CLOSED


def test_a_seated_request_is_not_closed_before_its_seat_ends(
    mara: FlaskClient, people: Cast
) -> None:
    answer = mara.post(
        f"/people/requests/{people.ada_request.id}/close", data={"reason": "A mistake"}
    )
    assert answer.status_code == 422
    assert "This request has a seat. End the seat first." in words(answer)


def test_placing_by_hand_lists_groups_with_what_speaks_against_them(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        made.therapy_group(
            session,
            people.program,
            leaders=[people.cleo],
            name="Tuesdays",
            meetings=((TUESDAY, 600, 60),),
        )
    url = f"/people/requests/{people.ben_request.id}/place"
    page = words(mara.get(url))
    assert "Anxiety and depression Mon 6:00–7:00 pm EST Mon 6:00–7:00 pm EST" in page
    assert "Fits" in page
    assert "Tuesdays Tue" not in page
    assert "Other groups, at other hours too" in page
    page = words(mara.get(f"{url}?every=yes"))
    assert "Tuesdays Tue 10:00–11:00 am EST" in page
    assert "Meets when they cannot come" in page
    assert "Other groups, at other hours too" not in page


def test_where_nothing_meets_at_their_hours_the_other_hours_are_a_link_away(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        person = made.participant(session, people.program, "Eve", hours=((TUESDAY, 600, 660),))
        asked = made.request(session, person).id
    page = words(mara.get(f"/people/requests/{asked}/place"))
    assert "No group of the topics asked for meets at hours that suit." in page
    assert "Other groups, at other hours too" in page


def test_a_seat_is_given_only_when_every_warning_is_confirmed(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        group = made.therapy_group(
            session,
            people.program,
            leaders=[people.cleo],
            name="Tuesdays",
            meetings=((TUESDAY, 600, 60),),
        )
        asked = session.get_one(Request, people.ben_request.id)
        (warning,) = warnings_of(session, asked, group)
    url = f"/people/requests/{people.ben_request.id}/place/{group.id}"
    assert "It meets when they say they cannot come." in words(mara.get(url))
    unconfirmed = mara.post(url, data={"reason": "Asked him on the phone"})
    assert unconfirmed.status_code == 422
    assert "Read the warnings" in words(unconfirmed)
    assert _seats_of(sqlite_database, people.ben) == []
    page = words(
        mara.post(
            url,
            data={"reason": "Asked him on the phone", "despite": [warning.key]},
            follow_redirects=True,
        )
    )
    assert "Ben Quill has a seat, and is told." in page
    assert "Asked him on the phone" in page
    assert _seats_of(sqlite_database, people.ben) == [SeatState.ACTIVE]


def test_a_protective_order_and_a_full_group_cannot_be_overridden(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/requests/{people.ben_request.id}/place/{people.group.id}"
    with sqlite_database.transaction() as session:
        apart.keep_apart(
            session, people.ada, people.ben, kind="protective_order", by=people.mara.id
        )
        session.get_one(type(people.group), people.group.id).max_size = 1
    page = words(mara.get(url))
    assert "This seat cannot be given." in page
    assert "Ada Quill is in this group, and the two are kept apart: protective order." in page
    assert "The group is full." in page
    assert "Give the seat" not in page
    assert mara.post(url, data={"reason": "All the same"}).status_code == 422
    assert _seats_of(sqlite_database, people.ben) == []


def test_a_seat_is_ended_by_hand_with_a_reason(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/seats/{people.ada_seat.id}/end"
    form = {"last_on": "2026-11-23", "end_reason": "completed", "reason": "Done with the program"}
    assert "Write today’s date or an earlier one." in words(mara.post(url, data=form))
    page = words(mara.post(url, data={**form, "last_on": "2026-11-22"}, follow_redirects=True))
    assert "Ended completed" in page
    assert "Done with the program" in page
    with sqlite_database.read() as session:
        seat = session.get_one(Seat, people.ada_seat.id)
        assert (seat.state, seat.ends_on, seat.end_reason) == (
            SeatState.ENDED,
            TODAY,
            EndReason.COMPLETED,
        )


def test_two_people_are_kept_apart_and_the_pair_is_lifted(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    url = f"/people/{people.ada.id}/apart"
    assert f"{url}/{people.ben.id}" in mara.get(f"{url}?other=ben").text
    assert mara.post(f"{url}/{people.ben.id}", data={}).status_code == 422
    page = words(
        mara.post(
            f"{url}/{people.ben.id}",
            data={"kind": "household", "source": "Intake"},
            follow_redirects=True,
        )
    )
    assert "Ben Quill household · Intake" in page
    again = mara.post(f"{url}/{people.ben.id}", data={"kind": "work"})
    assert "These two are kept apart already." in words(again)
    with sqlite_database.read() as session:
        pair = session.scalars(select(ApartPair)).one()
    page = words(
        mara.post(f"{url}/{pair.id}/lift", data={"reason": "Moved out"}, follow_redirects=True)
    )
    assert "From nobody." in page


def test_nobody_is_kept_apart_from_somebody_of_another_program(
    mara: FlaskClient, people: Cast
) -> None:
    assert mara.get(f"/people/{people.ada.id}/apart/{people.dov.id}").status_code == 404


def _seats_of(database: Database, person: Participant) -> list[SeatState]:
    with database.read() as session:
        return list(session.scalars(select(Seat.state).filter_by(participant_id=person.id)))
