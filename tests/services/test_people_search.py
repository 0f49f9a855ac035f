"""Finding people: forgiving with names, exact with everything else, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.names import slips, traces
from groupmatch.records import ParticipantStatus
from groupmatch.services.audit.audit_page import AuditFilter, audit_page
from groupmatch.services.participants.people_search import (
    PeopleFilter,
    PeopleSort,
    Standing,
    all_people,
    people,
    regions_of,
)
from tests import cast as cast_of
from tests.cast import NOW, TODAY, Cast, make_cast
from tests.queries import counted


@pytest.mark.parametrize(
    "words",
    ["zoe", "ZOË", "nunez", "Núñez", "nun zo", "garcia", "nun gar", "crm 7", "crm-7", "zoe@ex"],
)
def test_names_are_found_by_beginnings_in_any_case_with_or_without_accents(
    database: Database, words: str
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        cast_of.participant(
            session, cast.program, "Zoë", last_name="Núñez-García", external_id="CRM-7"
        )
        assert _names(session, cast, words=words) == ["Zoë"]


@pytest.mark.parametrize("words", ["oe", "unez", "%", "_", "zoe ada", "\\"])
def test_the_middle_of_a_word_and_wildcards_find_nobody(
    session: Session, cast: Cast, words: str
) -> None:
    cast_of.participant(session, cast.program, "Zoë", last_name="Núñez")
    assert _names(session, cast, words=words) == []


@pytest.mark.parametrize("words", ["x" * 3000, "x " * 1500, "x" * 60 + " " + "yz" * 900])
def test_a_text_that_is_no_name_is_no_burden(database: Database, words: str) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        assert _names(session, cast, words=words) == []
        assert _names(session, cast, words=words, nearly=True) == []
        assert not audit_page(session, cast.program, AuditFilter(who=words)).page.rows


@pytest.mark.parametrize("words", ["gracia", "garcja", "garia", "gaarcia", "zoe nunes", "garica"])
def test_one_slip_of_the_keyboard_is_forgiven_where_asked_for(
    database: Database, words: str
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        cast_of.participant(session, cast.program, "Zoë", last_name="Núñez-García")
        assert _names(session, cast, words=words) == []
        assert _names(session, cast, words=words, nearly=True) == ["Zoë"]


@pytest.mark.parametrize("words", ["zeo", "grxcja", "____", "%%%%", "////"])
def test_two_slips_short_words_and_wildcards_are_not(
    session: Session, cast: Cast, words: str
) -> None:
    cast_of.participant(session, cast.program, "Zoë", last_name="Núñez-García")
    assert _names(session, cast, words=words, nearly=True) == []


@pytest.mark.parametrize("word", ["zoe", "mara", "quill", "garcia"])
def test_every_slip_of_a_word_leaves_a_trace_of_it(word: str) -> None:
    """The control: words that are another one leave none."""
    assert all(any(trace in slip for trace in traces(word)) for slip in slips(word))
    assert not any(trace in "theodor" for trace in traces(word))


def test_a_page_past_the_last_of_a_search_is_the_last(session: Session, cast: Cast) -> None:
    for number in range(3):
        cast_of.participant(session, cast.program, f"Zoe{number}")
    wanted = PeopleFilter(words="zoe")
    page = people(session, cast.program, wanted, on=TODAY, number=9, size=2)
    assert (page.number, page.total, len(page.rows)) == (2, 3, 1)


def test_all_pages_together_are_everybody(session: Session, cast: Cast) -> None:
    found = all_people(session, cast.program, PeopleFilter(), on=TODAY)
    assert [row.participant.first_name for row in found] == ["Ada", "Ben"]
    assert regions_of(session, cast.program) == ["NY"]


def test_a_changed_name_is_found_by_the_new_one_only(session: Session, cast: Cast) -> None:
    cast.ada.first_name, cast.ada.email = "Imogen", ""
    session.flush()
    assert _names(session, cast, words="imo") == ["Imogen"]
    assert _names(session, cast, words="ada") == []


def test_a_whole_id_finds_its_person(session: Session, cast: Cast) -> None:
    assert _names(session, cast, words=cast.ben.id) == ["Ben"]


def test_each_standing_shows_its_people(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        cast_of.participant(session, cast.program, "Eve", safety_flag_since=NOW)
        cast_of.participant(session, cast.program, "Gil", status=ParticipantStatus.DISCHARGED)
        expected = {
            None: ["Ada", "Ben", "Eve"],
            Standing.SEATED: ["Ada"],
            Standing.WAITING: ["Ben"],
            Standing.WITHOUT_REQUEST: ["Eve"],
            Standing.FLAGGED: ["Eve"],
            Standing.DISCHARGED: ["Gil"],
        }
        for standing, names in expected.items():
            assert _names(session, cast, standing=standing) == names


def test_a_topic_shows_those_who_wait_for_it(session: Session, cast: Cast) -> None:
    assert _names(session, cast, topic="anxiety-depression") == ["Ben"]
    assert _names(session, cast, topic="anger") == []
    assert _names(session, cast, region="NJ") == []


def test_by_waiting_the_longest_wait_comes_first_and_those_who_do_not_wait_last(
    database: Database,
) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        eve = cast_of.participant(session, cast.program, "Eve")
        cast_of.request(session, eve, waiting_since=TODAY - timedelta(weeks=3))
        assert _names(session, cast, sort=PeopleSort.WAITING) == ["Eve", "Ben", "Ada"]
        backward = {"sort": PeopleSort.WAITING, "descending": True}
        assert _names(session, cast, **backward) == ["Ben", "Eve", "Ada"]


def test_a_row_tells_topics_groups_and_closed_gates(session: Session, cast: Cast) -> None:
    cast_of.request(session, cast.ada, topics=("anger", "cbt"))
    cast_of.participant(session, cast.program, "Eve", gates=False)
    ada, ben, eve = people(session, cast.program, PeopleFilter(), on=TODAY).rows
    assert ada.waits_for == ("Anger", "CBT")
    assert ada.groups == ("Anxiety and depression",)
    assert (ben.waiting_since, ben.groups, ben.gates) == (TODAY, (), ())
    assert set(eve.gates) == {"consent", "level_of_care", "location"}


def test_pages_divide_the_list_and_a_number_past_the_end_gives_the_last(
    session: Session, cast: Cast
) -> None:
    for number in range(5):
        cast_of.participant(session, cast.program, "Eve", last_name=f"Vale{number}")
    page = people(session, cast.program, PeopleFilter(), on=TODAY, number=9, size=3)
    assert (page.number, page.pages, page.total) == (3, 3, 7)
    assert (page.first, page.last, len(page.rows)) == (7, 7, 1)


def test_nobody_of_another_program_is_found(session: Session, cast: Cast) -> None:
    assert _names(session, cast, words="dov") == []
    assert _names(session, cast, words=cast.dov.id) == []


def test_a_page_of_fifty_costs_as_many_queries_as_a_page_of_two(
    session: Session, cast: Cast
) -> None:
    costs = []
    for size in (2, 50):
        for number in range(size):
            person = cast_of.participant(session, cast.program, f"Eve{number}")
            cast_of.request(session, person)
        session.commit()
        session.expunge_all()
        with counted(session) as queries:
            people(session, cast.program, PeopleFilter(), on=TODAY, size=size)
        costs.append(len(queries))
        session.commit()
    assert costs[0] == costs[1]


def _names(session: Session, cast: Cast, **wanted: object) -> list[str]:
    session.flush()
    page = people(session, cast.program, PeopleFilter(**wanted), on=TODAY)
    return [row.participant.first_name for row in page.rows]
