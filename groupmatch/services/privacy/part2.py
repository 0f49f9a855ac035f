"""What 42 CFR Part 2 asks of files that leave the site: who may stand in them, and a label.

That somebody is in care for substance use is itself the protected record, so whoever has not
consented is left out whole. Pages on the site are for those who treat (42 CFR 2.12(c)(3)), and
mails and calendars tell nothing that could be protected. See docs/decisions/0006.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from groupmatch import clock
from groupmatch.records import (
    Gate,
    GateKind,
    Group,
    Offer,
    Participant,
    Program,
    Request,
    RequestTopic,
    Seat,
    Topic,
)

#: 42 CFR 2.32(a)(2), the short statement, which stands at the top of every such file.
NOTICE = "# 42 CFR part 2 prohibits unauthorized use or disclosure of these records."
#: 42 CFR 2.32(b) asks for the scope of the consent beside it.
SCOPE = "# 42 CFR 2.31: they are here by consent for treatment, payment and health care operations."


def treats_under_part2(session: Session, program_id: str) -> bool:
    """Whether anybody in a program asks for, or any group is about, what Part 2 protects."""
    protected = or_(_groups(program_id, protected=True), _asked(program_id, protected=True))
    return bool(session.scalar(select(protected)))


def held_back(session: Session, program: Program) -> frozenset[str]:
    """Ids of people of whom no file may tell: protected by Part 2, without a consent that holds.

    Protected is whoever asked for, was offered or held a seat about substance use; in a program
    that treats nothing else, everybody, as being there tells of it.
    """
    holding = or_(Gate.valid_to.is_(None), Gate.valid_to >= clock.today(program.timezone))
    consented = select(Gate.participant_id).where(Gate.kind == GateKind.PART2_CONSENT, holding)
    query = select(Participant.id).where(
        Participant.program_id == program.id,
        Participant.id.not_in(consented),
        _protected(session, program.id),
    )
    return frozenset(session.scalars(query))


def label(session: Session, program_id: str, left_out: int) -> str:
    """The lines above a table that leaves a program; none where Part 2 does not bear on it.

    `left_out` is how many of its rows are held back.
    """
    if not treats_under_part2(session, program_id):
        return ""
    held = f"# 42 CFR 2.31: {left_out} left out, of people whose consent is not on record."
    return "".join(f"{line}\r\n" for line in (NOTICE, SCOPE, *([held] if left_out else [])))


def _protected(session: Session, program_id: str) -> ColumnElement[bool]:
    if session.scalar(select(_treats_nothing_else(program_id))):
        return true()
    return or_(*(Participant.id.in_(people) for people in _about_substance_use(program_id)))


def _treats_nothing_else(program_id: str) -> ColumnElement[bool]:
    return (
        _groups(program_id, protected=True)
        & ~_groups(program_id, protected=False)
        & ~_asked(program_id, protected=False)
    )


def _about_substance_use(program_id: str) -> Iterator[Select[str]]:
    """Who asked for it, who holds or held a seat in it, and to whom one was offered."""
    yield _wishes(program_id, Request.participant_id, protected=True)
    for kept, group_id in ((Seat, Seat.group_id), (Offer, Offer.to_group_id)):
        yield (
            select(kept.participant_id)
            .join(Group, Group.id == group_id)
            .join(Topic, Topic.code == Group.topic_code)
            .where(kept.program_id == program_id, Topic.part2)
        )


def _groups(program_id: str, *, protected: bool) -> ColumnElement[bool]:
    return exists().where(
        Group.program_id == program_id,
        Group.topic_code == Topic.code,
        Topic.part2.is_(protected),
    )


def _asked(program_id: str, *, protected: bool) -> ColumnElement[bool]:
    return _wishes(program_id, Request.id, protected=protected).exists()


def _wishes(program_id: str, column: InstrumentedAttribute[str], *, protected: bool) -> Select[str]:
    """A column of the requests of a program that name topics under Part 2, or others."""
    return (
        select(column)
        .join(RequestTopic, RequestTopic.request_id == Request.id)
        .join(Topic, Topic.code == RequestTopic.topic_code)
        .where(Request.program_id == program_id, Topic.part2.is_(protected))
    )
