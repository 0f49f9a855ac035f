"""Staff and the draft: read it, approve, remove, publish, and see what was refused."""

import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.database import Database
from groupmatch.records import (
    BundleState,
    DraftBundle,
    DraftEntry,
    EntryKind,
    Group,
    Pin,
    PinKind,
    Request,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
)
from tests import cast as made
from tests.cast import NOW, TODAY, TUESDAY, Cast
from tests.services.drafting import match
from tests.web.pages import words

ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def mara(client_of: ClientOf) -> FlaskClient:
    return client_of("Mara")


@pytest.fixture
def bundle(people: Cast, sqlite_database: Database) -> DraftBundle:
    """The last match proposes a seat for Ben in Cleo's group."""
    with sqlite_database.transaction() as session:
        return _propose(session, people, session.get_one(Request, people.ben_request.id))


def _propose(session: Session, people: Cast, asked: Request, **changes: object) -> DraftBundle:
    run = session.scalars(select(Run)).first() or Run(
        program_id=people.program.id,
        kind=RunKind.NIGHTLY,
        local_date=TODAY,
        started_at=NOW,
        state=RunState.DONE,
    )
    session.add(run)
    session.flush()
    group = session.get_one(Group, people.group.id)
    entry = {
        "position": 0,
        "kind": EntryKind.PLACED,
        "request_id": asked.id,
        "participant_id": asked.participant_id,
        "to_group_id": group.id,
        "facts": matching.facts_of(group, None),
        "why": {
            "topic_rank": 1,
            "choice_rank": None,
            "ranked_choices": False,
            "preferred_therapist": True,
            "if_needed_minutes": 60,
            "priority": {"urgency": "soon", "weeks": 3},
        },
        **changes,
    }
    made_bundle = DraftBundle(run_id=run.id, program_id=people.program.id, position=0)
    made_bundle.entries.append(DraftEntry(**entry))
    session.add(made_bundle)
    session.flush()
    return made_bundle


def test_without_a_draft_the_page_says_so(mara: FlaskClient, people: Cast) -> None:
    assert "There is nothing to decide" in words(mara.get("/draft"))


def test_a_bundle_tells_who_goes_where_when_and_why(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(type(people.ben), people.ben.id).timezone = "America/Phoenix"
    page = words(mara.get("/draft"))
    assert "Ben Quill New seat Anxiety and depression Mon 6:00–7:00 pm EST" in page
    assert "Now Waits since today, no seat." in page
    assert "Mon 4:00–5:00 pm MST for Ben" in page
    assert "Mon 6:00–7:00 pm EST on the group’s clock" in page
    assert "1 of 8 now, 2 with the whole draft" in page
    assert (
        "Gives a seat to somebody who waits: urgency soon, 3 weeks of waiting; their first choice "
        "of topic; a therapist they would like; 1 h a week in hours marked if needed." in page
    )
    assert "To decide: 1 new seat." in page


def test_seats_that_need_each_other_stand_in_one_row(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve")
        entry = DraftEntry(
            bundle_id=bundle.id,
            position=1,
            kind=EntryKind.SWITCHED,
            request_id=made.request(session, eve).id,
            participant_id=eve.id,
            from_group_id=people.group.id,
            to_group_id=people.group.id,
            opens=True,
        )
        session.add(entry)
    page = words(mara.get("/draft"))
    assert "These 2 seats need each other" in page
    assert "Opens Anxiety and depression" in page
    assert "To decide: 1 new seat, 1 switch, 1 group opened." in page
    assert "Approve all 1" in page


def test_what_is_approved_is_published_and_seen_by_the_member(
    mara: FlaskClient, client_of: ClientOf, people: Cast, bundle: DraftBundle
) -> None:
    page = words(mara.post("/draft/approve", data={"all": "yes"}, follow_redirects=True))
    assert "1 bundle approved." in page
    assert "Publish 1 bundle" in page
    page = words(mara.post("/draft/publish", follow_redirects=True))
    assert "Published: 1 seat. The members are told." in page
    assert "All of this draft is decided on." in page
    assert "Active" in words(mara.get(f"/people/{people.ben.id}"))
    assert "Monday, November 23 6:00–7:00 pm EST, your time" in words(client_of("Ben").get("/me"))


def test_only_the_checked_bundles_are_approved(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve")
        other = _propose(session, people, made.request(session, eve))
    page = words(mara.post("/draft/approve", follow_redirects=True))
    assert "No bundle was chosen" in page
    mara.post("/draft/approve", data={"bundle": [other.id, "nonsense"]})
    assert _states(sqlite_database) == {
        bundle.id: BundleState.PROPOSED,
        other.id: BundleState.APPROVED,
    }


def test_an_approval_is_taken_back(
    mara: FlaskClient, bundle: DraftBundle, sqlite_database: Database
) -> None:
    mara.post(f"/draft/{bundle.id}/approve")
    mara.post(f"/draft/{bundle.id}/unapprove")
    assert _states(sqlite_database) == {bundle.id: BundleState.PROPOSED}
    page = words(mara.post("/draft/publish", follow_redirects=True))
    assert "Nothing is approved yet" in page


@pytest.mark.parametrize(("answer", "bans"), [({}, 0), ({"ban": "yes"}, 1)])
def test_a_removed_bundle_is_suggested_again_unless_it_is_banned(
    mara: FlaskClient,
    people: Cast,
    bundle: DraftBundle,
    sqlite_database: Database,
    answer: dict[str, str],
    bans: int,
) -> None:
    mara.post(f"/draft/{bundle.id}/remove", data=answer)
    assert _states(sqlite_database) == {bundle.id: BundleState.REMOVED}
    with sqlite_database.read() as session:
        pins = session.scalars(select(Pin).filter_by(kind=PinKind.BAN)).all()
        assert [pin.group_id for pin in pins] == [people.group.id] * bans
    page = words(mara.get(f"/people/{people.ben.id}"))
    assert ("Not suggested again Anxiety and depression" in page) == bool(bans)


def test_a_ban_is_lifted_on_the_persons_page(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    mara.post(f"/draft/{bundle.id}/remove", data={"ban": "yes"})
    with sqlite_database.read() as session:
        pin = session.scalars(select(Pin)).one()
    url = f"/people/requests/{people.ben_request.id}/pins/{pin.id}/lift"
    page = words(mara.post(url, follow_redirects=True))
    assert "Lifted." in page
    assert "Not suggested again" not in page
    assert mara.post(url).status_code == 409
    other = f"/people/requests/{people.ada_request.id}/pins/{pin.id}/lift"
    assert mara.post(other).status_code == 404


def test_a_bundle_whose_facts_changed_is_refused_and_shown_and_the_others_go_through(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        eve = made.participant(session, people.program, "Eve")
        later = {**matching.facts_of(session.get_one(Group, people.group.id), None)}
        later["meetings"] = [[TUESDAY, 1080, 60]]
        stale = _propose(session, people, made.request(session, eve), facts=later)
    mara.post("/draft/approve", data={"all": "yes"})
    page = words(mara.post("/draft/publish", follow_redirects=True))
    assert "1 bundle no longer held and was not published." in page
    assert "Published: 1 seat." in page
    assert "Eve Quill: the hour changed from Tuesday 18:00 to Monday 18:00." in page
    assert _states(sqlite_database) == {
        bundle.id: BundleState.PUBLISHED,
        stale.id: BundleState.REFUSED,
    }
    with sqlite_database.read() as session:
        held = session.scalars(select(Seat.participant_id).filter_by(state=SeatState.ACTIVE)).all()
        assert eve.id not in held
    assert "1 seat in 1 bundle Not published" in words(mara.get("/morning"))


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({"code": "over"}, "the request or the group is over."),
        ({"code": "kept"}, "only a person may change the present seat."),
        ({"code": "no_session"}, "the group has no session left to begin with."),
        ({"code": "gate", "gates": ["consent", "payer"]}, "now needs consent to treatment and"),
        (
            {"code": "changed", "fact": "kind", "was": "placed", "now": "switched"},
            "changed from a new seat to a switch.",
        ),
        (
            {"code": "changed", "fact": "topic", "was": "anger", "now": "cbt"},
            "the topic changed from Anger to CBT.",
        ),
        (
            {"code": "changed", "fact": "therapists", "was": ["gone"], "now": []},
            "the leaders changed from somebody to",
        ),
        (
            {"code": "changed", "fact": "from_group", "was": None, "now": "gone"},
            "the present seat changed from none to",
        ),
        ({"code": "rule", "rule": "capacity"}, "the group is full now."),
        ({"code": "rule", "rule": "keep_apart"}, "somebody whom they must not meet"),
    ],
)
def test_every_refusal_is_told_in_words(
    mara: FlaskClient,
    bundle: DraftBundle,
    sqlite_database: Database,
    item: dict[str, object],
    sentence: str,
) -> None:
    with sqlite_database.transaction() as session:
        refused = session.get_one(DraftBundle, bundle.id)
        refused.state = BundleState.REFUSED
        named = {} if item["code"] == "rule" else {"entry": refused.entries[0].id}
        refused.refusal = [{**item, **named}]
    assert sentence in words(mara.get("/draft"))


def test_a_decided_bundle_is_not_decided_again(mara: FlaskClient, bundle: DraftBundle) -> None:
    mara.post(f"/draft/{bundle.id}/remove")
    assert mara.post(f"/draft/{bundle.id}/approve").status_code == 409


def _states(database: Database) -> dict[str, BundleState]:
    with database.read() as session:
        return {bundle.id: bundle.state for bundle in session.scalars(select(DraftBundle))}


def test_what_is_removed_is_matched_again_beside_the_rest(
    mara: FlaskClient, people: Cast, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        match(session, people.program)
        bundle_id = session.scalars(select(DraftBundle.id)).one()
    assert "Matched again" not in words(mara.get("/draft"))
    answer = mara.post(f"/draft/{bundle_id}/remove?by=group")
    assert answer.location == "/draft?by=group#removed"
    _finished("finding")
    assert "nothing, proved best." in mara.get("/draft/rest").text
    page = words(mara.post(f"/draft/{bundle_id}/restore", follow_redirects=True))
    assert "Back in the draft" in page
    _finished("finding")
    told = "Matched again beside your changes: 1 new seat, proved best."
    assert told in words(mara.get("/draft"))


def _finished(name: str) -> None:
    """Wait for what works in the background of this process."""
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            thread.join(60)


def test_only_this_group_is_approved_and_kept_to(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    page = words(mara.post(f"/draft/{bundle.id}/only", follow_redirects=True))
    assert "Approved, and only this group from now on." in page
    with sqlite_database.read() as session:
        word = session.scalars(select(Pin)).one()
        assert (word.kind, word.group_id) == (PinKind.PIN, people.group.id)
    assert "Only Anxiety and depression" in words(mara.get(f"/people/{people.ben.id}"))


def test_the_draft_is_narrowed_to_one_group(
    mara: FlaskClient, people: Cast, bundle: DraftBundle, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        other = made.therapy_group(session, people.program, leaders=[people.cleo], name="Other")
    here = words(mara.get(f"/draft?by=group&group={people.group.id}"))
    assert "Only Anxiety and depression" in here
    assert "Ben Quill New seat" in here
    empty = words(mara.get(f"/draft?group={other.id}"))
    assert "Nothing of this draft has to do with Other." in empty
    assert mara.get("/draft?group=nowhere").status_code == 404
