"""The morning's three columns: what waits for a word, who is stuck, what ends soon."""

from datetime import timedelta

from sqlalchemy.orm import Session

from groupmatch.records import (
    DraftBundle,
    DraftEntry,
    EntryKind,
    Gate,
    GateKind,
    License,
    Seat,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
    Task,
    TaskKind,
    Unplaced,
)
from groupmatch.services.morning.acts import READ, ActKind, Acts
from groupmatch.services.morning.morning import Morning, morning
from tests import cast as people
from tests.cast import NOW, TODAY, Cast
from tests.queries import counted
from tests.services.test_night import add_run


def test_a_quiet_morning_has_no_acts(session: Session, cast: Cast) -> None:
    _confirm_hours(session, cast)
    quiet = morning(session, cast.program, NOW)
    assert (quiet.decide, quiet.unblock, quiet.watch) == ((), (), ())


def test_decide_puts_safety_first_then_the_draft_switches_and_calls(
    session: Session, cast: Cast
) -> None:
    _propose(session, cast)
    session.add(_switch(cast))
    for kind in (TaskKind.CALL, TaskKind.SAFETY):
        session.add(
            Task(
                program_id=cast.program.id,
                participant_id=cast.ben.id,
                kind=kind,
                created_at=NOW,
            )
        )
    session.flush()
    found = morning(session, cast.program, NOW)
    assert [acts.kind for acts in found.decide] == [
        ActKind.SAFETY,
        ActKind.DRAFT,
        ActKind.SWITCH,
        ActKind.CALL,
    ]
    (draft,) = _acts(found, ActKind.DRAFT).rows
    assert (draft.codes, draft.count) == (("proposed", "1"), 1)
    (switch,) = _acts(found, ActKind.SWITCH).rows
    assert (switch.name, switch.other) == ("Ada Quill", cast.group.name)


def test_what_is_done_or_left_to_tonight_needs_no_decision(session: Session, cast: Cast) -> None:
    session.add(_switch(cast, SwitchState.TONIGHT))
    session.add(
        Task(
            program_id=cast.program.id,
            participant_id=cast.ben.id,
            kind=TaskKind.CALL,
            created_at=NOW,
            done_at=NOW,
        )
    )
    session.flush()
    assert morning(session, cast.program, NOW).decide == ()


def test_unblock_names_people_behind_gates_and_people_without_a_seat_with_the_reason(
    session: Session, cast: Cast
) -> None:
    run = add_run(session, cast)
    eve = people.participant(session, cast.program, "Eve", gates=False)
    for request, gates, reasons in (
        (people.request(session, eve), ["consent"], []),
        (cast.ben_request, [], [{"group": cast.group.id, "rule": "full", "detail": "8 of 8"}]),
    ):
        session.add(
            Unplaced(
                run_id=run.id,
                request_id=request.id,
                participant_id=request.participant_id,
                gates=gates,
                reasons=reasons,
            )
        )
    session.flush()
    found = morning(session, cast.program, NOW)
    (gated,) = _acts(found, ActKind.GATE).rows
    assert (gated.id, gated.name, gated.codes) == (eve.id, "Eve Quill", ("consent",))
    (stuck,) = _acts(found, ActKind.UNPLACED).rows
    assert (stuck.id, stuck.name) == (cast.ben_request.id, "Ben Quill")
    assert stuck.why_not is not None
    assert stuck.why_not.one_step_away == {"full": 1}


def test_only_who_is_more_than_one_step_away_is_told_the_nearest_group(
    session: Session, cast: Cast
) -> None:
    run = add_run(session, cast)
    far = people.request(session, people.participant(session, cast.program, "Eve"))
    for request, rules in ((cast.ben_request, ["full", "outranked"]), (far, ["full", "limit"])):
        reasons = [{"group": cast.group.id, "rule": rule, "detail": ""} for rule in rules]
        left = Unplaced(run_id=run.id, request_id=request.id, reasons=reasons)
        left.participant_id = request.participant_id
        session.add(left)
    session.flush()
    stuck = _acts(morning(session, cast.program, NOW), ActKind.UNPLACED)
    near = {act.id: act.why_not.near for act in stuck.rows if act.why_not}
    assert near[cast.ben_request.id] == ()
    assert [each.group for each in near[far.id]] == [cast.group]


def test_somebody_placed_since_the_night_is_no_longer_stuck(session: Session, cast: Cast) -> None:
    run = add_run(session, cast)
    session.add(Unplaced(run_id=run.id, request_id=cast.ben_request.id, participant_id=cast.ben.id))
    people.seat(session, cast.ben_request, cast.group)
    assert morning(session, cast.program, NOW).unblock == ()


def test_a_plan_of_three_requests_is_one_row(session: Session, cast: Cast) -> None:
    run = add_run(session, cast)
    for _ in range(3):
        request = people.request(session, cast.ben)
        session.add(Unplaced(run_id=run.id, request_id=request.id, participant_id=cast.ben.id))
    session.flush()
    assert _acts(morning(session, cast.program, NOW), ActKind.UNPLACED).total == 1


def test_a_long_list_is_cut_and_tells_how_many_there_are(session: Session, cast: Cast) -> None:
    for number in range(READ + 4):
        people.therapy_group(
            session, cast.program, leaders=[], name=f"Thin {number}", min_size=3, max_size=8
        )
    thin = _acts(morning(session, cast.program, NOW), ActKind.BELOW_MINIMUM)
    assert (len(thin.rows), thin.total) == (READ, READ + 4)


def test_watch_tells_what_ends_within_its_time_and_not_after(session: Session, cast: Cast) -> None:
    _confirm_hours(session, cast)
    for person, days in ((cast.ada, 14), (cast.ben, 15)):
        gate = session.query(Gate).filter_by(participant_id=person.id, kind=GateKind.CONSENT).one()
        gate.valid_to = TODAY + timedelta(days=days)
    for days in (60, 61):
        session.add(
            License(
                therapist_id=cast.cleo.id,
                region="NJ",
                valid_from=TODAY,
                valid_to=TODAY + timedelta(days=days),
            )
        )
    cast.group.ends_on = TODAY + timedelta(days=42)
    session.flush()
    watched = morning(session, cast.program, NOW).watch
    assert [(acts.kind, acts.total) for acts in watched] == [
        (ActKind.GATE_ENDING, 1),
        (ActKind.LICENSE, 1),
        (ActKind.GROUP_ENDING, 1),
    ]


def test_waiting_people_whose_hours_are_old_are_counted(session: Session, cast: Cast) -> None:
    cast.ben.availability_confirmed_on = TODAY - timedelta(days=91)
    session.flush()
    (stale,) = _acts(morning(session, cast.program, NOW), ActKind.STALE).rows
    assert (stale.count, stale.since) == (1, TODAY - timedelta(days=91))


def test_nothing_of_another_program_is_told(session: Session, cast: Cast) -> None:
    _propose(session, cast)
    session.add(_switch(cast))
    session.flush()
    theirs = morning(session, cast.other_program, NOW)
    assert (theirs.decide, theirs.unblock, theirs.watch) == ((), (), ())


def test_a_full_morning_costs_no_more_queries_than_a_small_one(
    session: Session, cast: Cast
) -> None:
    run = add_run(session, cast)
    _busy(session, cast, run.id, 2)
    session.commit()
    session.expunge_all()
    with counted(session) as few:
        morning(session, cast.program, NOW)
    _busy(session, cast, run.id, 20)
    session.commit()
    session.expunge_all()
    with counted(session) as many:
        found = morning(session, cast.program, NOW)
    assert _acts(found, ActKind.UNPLACED).total == 22
    assert len(many) <= len(few) + 1


def _busy(session: Session, cast: Cast, run_id: str, number: int) -> None:
    for _ in range(number):
        person = people.participant(session, cast.program, "Eve")
        request = people.request(session, person)
        reason = {"group": cast.group.id, "rule": "full", "detail": ""}
        session.add(
            Unplaced(
                run_id=run_id,
                request_id=request.id,
                participant_id=person.id,
                reasons=[reason],
            )
        )
        seat = people.seat(session, people.request(session, person), cast.group)
        session.add(_switch(cast, seat=seat))
    session.flush()


def _acts(found: Morning, kind: ActKind) -> Acts:
    columns = (*found.decide, *found.unblock, *found.watch)
    return next(acts for acts in columns if acts.kind == kind)


def _switch(
    cast: Cast, state: SwitchState = SwitchState.ASKED, seat: Seat | None = None
) -> SwitchRequest:
    seat = seat or cast.ada_seat
    return SwitchRequest(
        program_id=cast.program.id,
        seat_id=seat.id,
        participant_id=seat.participant_id,
        kind=SwitchKind.TIME,
        reason=SwitchReason.SCHEDULE,
        state=state,
        asked_at=NOW,
    )


def _propose(session: Session, cast: Cast) -> None:
    run = add_run(session, cast)
    bundle = DraftBundle(run_id=run.id, program_id=cast.program.id, position=0)
    bundle.entries.append(
        DraftEntry(
            position=0,
            kind=EntryKind.PLACED,
            request_id=cast.ben_request.id,
            participant_id=cast.ben.id,
            to_group_id=cast.group.id,
        )
    )
    session.add(bundle)
    session.flush()


def _confirm_hours(session: Session, cast: Cast) -> None:
    cast.ben.availability_confirmed_on = TODAY
    session.flush()
