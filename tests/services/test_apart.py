"""People who must not meet."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, Refused
from groupmatch.records import ApartPair
from groupmatch.services.privacy import apart
from tests.cast import NOW, Cast, make_cast


def test_a_pair_is_stored_once_whoever_is_named_first(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        apart.keep_apart(session, cast.ben, cast.ada, kind="conflict", by=cast.mara.id)
        with pytest.raises(Conflict, match="already_apart"):
            apart.keep_apart(session, cast.ada, cast.ben, kind="conflict", by=cast.mara.id)
    with database.read() as session:
        pair = session.scalars(select(ApartPair)).one()
        assert pair.first_id < pair.second_id
        assert {pair.first_id, pair.second_id} == {cast.ada.id, cast.ben.id}


def test_a_lifted_pair_stays_on_record_and_can_hold_again(session: Session, cast: Cast) -> None:
    pair = apart.keep_apart(session, cast.ada, cast.ben, kind="work", by=cast.mara.id)
    apart.lift(session, pair, by=cast.mara.id, reason="left the job")
    assert pair.lifted_at == NOW
    with pytest.raises(Conflict, match="not_apart"):
        apart.lift(session, pair, by=cast.mara.id, reason="again")
    again = apart.keep_apart(session, cast.ben, cast.ada, kind="conflict", by=cast.mara.id)
    assert again is pair
    assert (pair.kind, pair.lifted_at) == ("conflict", None)


def test_lifting_needs_a_reason(session: Session, cast: Cast) -> None:
    pair = apart.keep_apart(session, cast.ada, cast.ben, kind="partner", by=cast.mara.id)
    with pytest.raises(Refused, match="reason_missing"):
        apart.lift(session, pair, by=cast.mara.id, reason=" ")


def test_pairs_that_make_no_sense_are_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="apart_from_self"):
        apart.keep_apart(session, cast.ada, cast.ada, kind="conflict", by=cast.mara.id)
    with pytest.raises(Refused, match="other_program"):
        apart.keep_apart(session, cast.ada, cast.dov, kind="conflict", by=cast.mara.id)
    with pytest.raises(Refused, match="unknown_apart_kind"):
        apart.keep_apart(session, cast.ada, cast.ben, kind="dislike", by=cast.mara.id)
