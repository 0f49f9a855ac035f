"""Quick questions about one person, which groups are open or what is in the way, have the answers
of the whole program.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from groupmatch.matching import Compiled, Fit, Fits, compile_program, fit, fits, part, sought
from groupmatch.matching.fits import broken, of_topics
from groupmatch.matching.open_to import open_to
from groupmatch.matching.sought import used
from groupmatch.records import GroupStatus, Pin, PinKind, Request, RequestStatus
from tests import cast
from tests.cast import EVENING, MONDAY, NOW, TODAY
from tests.matching.mess import Mess


def asked_together(mess: Mess) -> Iterator[list[Request]]:
    """The open requests of each person who has some."""
    for person in mess.people:
        asked = [each for each in mess.requests if each.participant is person]
        if found := [each for each in asked if each.status == RequestStatus.OPEN]:
            yield found


def thorough(session: Session, requests: Sequence[Request]) -> dict[str, Fits]:
    """The same of the whole program, compiled at once, with what is sought by others."""
    program = requests[0].participant.program
    compiled = compile_program(session, program, on=TODAY, gates=False)
    return {request.id: _sought(compiled, request) for request in requests}


def _sought(compiled: Compiled, request: Request) -> Fits:
    found = of_topics(compiled, request)
    person = request.participant
    free = {fit.group_id for fit in found.groups if not fit.broken}
    names = {group: compiled.wishes.hours_of(group, person)[0].id for group in free}
    wanted = {group for group, name in names.items() if used(compiled, person, name)}
    return Fits(found.gates, [replace(fit, sought=fit.group_id in wanted) for fit in found.groups])


def told(fits: Sequence[Fit]) -> list[Fit]:
    """What is told of the open ones, in the order of their groups."""
    found = (replace(each, broken=list(each.broken)) for each in fits if each.open)
    return sorted(found, key=lambda each: each.group_id)


@pytest.mark.parametrize("seed", [1, 4, 7, 20, 39])
def test_whatever_the_database_holds_both_answers_agree(
    session: Session, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sought, "_AT_ONCE", 2)
    for requests in asked_together(Mess(session, seed)):
        whole = thorough(session, requests)
        quick = open_to(session, requests, on=TODAY, sought=True)
        for request in requests:
            assert told(quick[request.id].groups) == told(whole[request.id].groups)
            assert quick[request.id].gates == whole[request.id].gates


def said(fits: Iterable[Fit]) -> list[tuple[str, list[str]]]:
    """The rules that are told of each group, in the order of the groups."""
    return sorted((each.group_id, [rule.rule for rule in each.broken]) for each in fits)


@pytest.mark.parametrize("seed", [7, 16, 17])
def test_whatever_the_database_holds_all_is_told_as_by_the_whole(
    session: Session, seed: int
) -> None:
    """Of the groups of the topics, and of any single group; seeds with couples and crowds."""
    mess = Mess(session, seed)
    for requests in asked_together(mess):
        whole = thorough(session, requests)
        compiled = compile_program(session, mess.program, on=TODAY, gates=False)
        for request, group in zip(requests, mess.groups, strict=False):
            quick = fits(session, request, on=TODAY)
            assert said(quick.groups) == said(whole[request.id].groups)
            assert quick.gates == whole[request.id].gates
            near = said(fits(session, request, on=TODAY, near=True).groups)
            suiting = said(each for each in quick.groups if each.eligible)
            assert [each for each in said(quick.groups) if each in near] == near
            assert [each for each in near if each in suiting] == suiting
            assert said(fit(session, request, group, on=TODAY).groups) == said(
                Fit(group, broken(compiled, request.id, hour.id))
                for hour in compiled.wishes.hours_of(group.id, request.participant)
                if request.id in compiled.standings
            )


def test_what_its_leader_leads_keeps_a_group_from_opening(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = cast.make_cast(session)
    dora = cast.therapist(session, people.program)
    hours = {"leaders": [dora], "meetings": ((MONDAY, EVENING, 60),)}
    opening = cast.therapy_group(
        session, people.program, **hours, status=GroupStatus.PROPOSED, min_size=1
    )

    def found() -> set[str]:
        answer = open_to(session, [people.ben_request], on=TODAY)[people.ben_request.id]
        return {fit.group_id for fit in answer.groups}

    assert found() == {people.group.id, opening.id}
    cast.therapy_group(session, people.program, **hours, topic_code="grief-loss")
    assert found() == {people.group.id}
    # Without the look at what else its leader leads, the group would come back.
    monkeypatch.setattr(part, "_beside", lambda *_: ())
    assert found() == {people.group.id, opening.id}


def test_an_over_full_group_to_which_somebody_is_pinned_keeps_them_from_no_other(
    session: Session,
) -> None:
    people = cast.make_cast(session)
    hours = {"leaders": [people.cleo], "max_size": 1}
    full = cast.therapy_group(session, people.program, **hours)
    for name in ("Eve", "Finn"):
        member = cast.participant(session, people.program, name)
        cast.seat(session, cast.request(session, member), full)
    pin = Pin(request_id=people.ben_request.id, group_id=full.id, kind=PinKind.PIN, set_at=NOW)
    session.add(pin)
    asked = [people.ben_request]
    whole = thorough(session, asked)[people.ben_request.id]
    quick = open_to(session, asked, on=TODAY, sought=True)[people.ben_request.id]
    assert told(quick.groups) == told(whole.groups)
    assert [each.group_id for each in quick.groups] == [people.group.id]
