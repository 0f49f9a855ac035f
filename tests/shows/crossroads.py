"""A small program at a crossroads: what people there may do at once, and what must hold after."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from groupmatch import clock, matching
from groupmatch.errors import Conflict
from groupmatch.records import (
    LIVE_OFFERS,
    BundleState,
    DeclineReason,
    DraftBundle,
    DraftEntry,
    EndReason,
    EntryKind,
    Group,
    Offer,
    Participant,
    Program,
    Request,
    Run,
    RunKind,
    RunState,
    Seat,
    SeatState,
)
from groupmatch.services.drafts import drafts, publishing
from groupmatch.services.drafts.undoing import undo
from groupmatch.services.groups import groups
from groupmatch.services.offers import offers
from groupmatch.services.seats import placing, seats
from groupmatch.services.switching import switches
from tests import cast
from tests.services.drafting import ask_to_switch


@dataclass(frozen=True)
class Crossroads:
    """Ids. Ada and Ben sit in full groups beside Xena and Yuri and ask to trade places; Lou and
    Max wait, and the open group has one seat, which the draft has for Lou.
    """

    program: str
    mara: str
    trade: str
    newcomer: str
    left: str
    right: str
    open: str
    #: First name → the one request of this person.
    requests: dict[str, str]

    def of(self, session: Session, name: str) -> Request:
        return session.get_one(Request, self.requests[name])

    def seat(self, session: Session, name: str) -> Seat:
        """The seat that somebody holds now."""
        held = seats.seat_of(session, self.of(session, name))
        if held is None:
            raise Conflict("seat_over")
        return held


def crossroads(session: Session, *, offers: bool, name: str) -> Crossroads:
    """Make one, with its draft approved."""
    program = cast.program(session, name=name, publish_offers=offers)
    mara = cast.account(session, f"mara-{program.id}")
    left, right, open_ = (_group(session, program, size) for size in (2, 2, 1))
    requests = {
        each: cast.request(session, _person(session, program, each))
        for each in ("Ada", "Xena", "Ben", "Yuri", "Lou", "Max")
    }
    for member, group in (("Ada", left), ("Xena", left), ("Ben", right), ("Yuri", right)):
        seat = cast.seat(session, requests[member], group)
        if member in ("Ada", "Ben"):
            ask_to_switch(session, seat)
    run = Run(
        program_id=program.id,
        kind=RunKind.NIGHTLY,
        local_date=clock.today(program.timezone),
        state=RunState.DONE,
        started_at=clock.now(),
    )
    session.add(run)
    session.flush()
    trade = [(requests["Ada"], left, right), (requests["Ben"], right, left)]
    return Crossroads(
        program=program.id,
        mara=mara.id,
        trade=_bundle(session, run, trade),
        newcomer=_bundle(session, run, [(requests["Lou"], None, open_)]),
        left=left.id,
        right=right.id,
        open=open_.id,
        requests={each: request.id for each, request in requests.items()},
    )


def _group(session: Session, program: Program, size: int) -> Group:
    leader = cast.therapist(session, program, "Cleo")
    return cast.therapy_group(session, program, leaders=[leader], max_size=size)


def _person(session: Session, program: Program, name: str) -> Participant:
    return cast.participant(session, program, name)


def _bundle(
    session: Session, run: Run, entries: Sequence[tuple[Request, Group | None, Group]]
) -> str:
    """An approved bundle, with the facts that the present has."""
    bundle = DraftBundle(
        run_id=run.id, program_id=run.program_id, position=0, state=BundleState.APPROVED
    )
    for position, (request, former, group) in enumerate(entries):
        entry = DraftEntry(
            position=position,
            kind=EntryKind.SWITCHED if former else EntryKind.PLACED,
            request_id=request.id,
            participant_id=request.participant_id,
            from_group_id=former.id if former else None,
            to_group_id=group.id,
            facts=matching.facts_of(group, former.id if former else None),
        )
        bundle.entries.append(entry)
    session.add(bundle)
    session.flush()
    return bundle.id


def publish(session: Session, at: Crossroads) -> None:
    """A coordinator publishes what is approved."""
    publishing.publish(session, session.get_one(Program, at.program), by=at.mara)


def _undo(session: Session, at: Crossroads) -> None:
    bundle = session.get_one(DraftBundle, at.trade)
    undo(session, session.get_one(Program, at.program), [bundle], by=at.mara, reason="too early")


def _remove(session: Session, at: Crossroads) -> None:
    drafts.remove(session, session.get_one(DraftBundle, at.trade), by=at.mara)


def _placed(name: str) -> Callable[[Session, Crossroads], None]:
    """A coordinator gives somebody the open group's seat, whatever speaks against it."""

    def place(session: Session, at: Crossroads) -> None:
        request, group = at.of(session, name), session.get_one(Group, at.open)
        despite = {each.key for each in placing.warnings_of(session, request, group)}
        placing.place_by_hand(
            session, request, group, by=at.mara, reason="they asked", despite=despite
        )

    return place


def _end(session: Session, at: Crossroads) -> None:
    seat = at.seat(session, "Ben")
    today = clock.today(seat.group.timezone)
    seats.end_seat(session, seat, last_on=today, reason=EndReason.BY_HAND, by=at.mara)


def _edit(session: Session, at: Crossroads) -> None:
    groups.edit_group(session, session.get_one(Group, at.right), by=at.mara, name="Renamed")


def _keep_free(session: Session, at: Crossroads) -> None:
    groups.edit_group(session, session.get_one(Group, at.open), by=at.mara, held_seats=1)


def _decline_switch(session: Session, at: Crossroads) -> None:
    ask = switches.latest_switch(session, at.seat(session, "Ada"))
    if ask:
        switches.decline(session, ask, reason="Not now", by=at.mara)


def _withdraw_switch(session: Session, at: Crossroads) -> None:
    ask = switches.latest_switch(session, at.seat(session, "Ben"))
    if ask:
        switches.withdraw(session, ask, by=None)


def _offered(session: Session, at: Crossroads, name: str) -> Offer:
    query = select(Offer).where(Offer.request_id == at.requests[name])
    found = session.scalars(query.order_by(Offer.made_at.desc())).first()
    if found is None:
        raise Conflict("offer_over")
    return found


def _accepted(name: str) -> Callable[[Session, Crossroads], str]:
    def accept(session: Session, at: Crossroads) -> str:
        return offers.accept(session, _offered(session, at, name), by=None)

    return accept


def _decline_offer(session: Session, at: Crossroads) -> None:
    offers.decline(session, _offered(session, at, "Ben"), reason=DeclineReason.TIME, by=None)


#: Each returns what more the person hears than that it is done, if anything.
ACTS: dict[str, Callable[[Session, Crossroads], str | None]] = {
    "publish": publish,
    "publish again": publish,
    "undo": _undo,
    "remove": _remove,
    "place Max": _placed("Max"),
    "move Ada by hand": _placed("Ada"),
    "end Ben's seat": _end,
    "edit": _edit,
    "keep a seat free": _keep_free,
    "decline Ada's ask": _decline_switch,
    "withdraw Ben's ask": _withdraw_switch,
    "Ada accepts": _accepted("Ada"),
    "Ben accepts": _accepted("Ben"),
    "Lou accepts": _accepted("Lou"),
    "Ben declines": _decline_offer,
}


#: What people say to an offer: it means something once the draft is published.
ANSWERS = tuple(name for name in ACTS if name.endswith(("accepts", "declines")))


def defects(session: Session, at: Crossroads) -> list[str]:
    """Everything that must not be, whatever was done in whatever order."""
    return [*_oversold(session, at), *_lost(session, at), *_halves(session, at), *_odd(session, at)]


def _held(session: Session, at: Crossroads) -> list[Seat]:
    query = select(Seat).where(Seat.program_id == at.program, Seat.state != SeatState.ENDED)
    return list(session.scalars(query))


def _oversold(session: Session, at: Crossroads) -> Iterator[str]:
    sizes = Counter(seat.group_id for seat in _held(session, at))
    for group in session.scalars(select(Group).where(Group.program_id == at.program)):
        if sizes[group.id] > group.max_size:
            yield f"{sizes[group.id]} seats of {group.max_size}"


def _lost(session: Session, at: Crossroads) -> Iterator[str]:
    """All groups meet at the same hour: everybody has one place at most, and members one."""
    places = Counter(seat.request_id for seat in _held(session, at))
    ended = select(Seat.request_id).where(Seat.end_reason == EndReason.BY_HAND)
    by_hand = set(session.scalars(ended))
    for name, request in at.requests.items():
        if places[request] > 1:
            yield f"{name} has two places"
        settled = name not in ("Lou", "Max") and request not in by_hand
        if settled and not places[request]:
            yield f"{name} lost their place"


def _halves(session: Session, at: Crossroads) -> Iterator[str]:
    """Each time the trade was carried out, both of its seats were given."""
    given = select(Seat.entry_id, func.count()).join(DraftEntry, DraftEntry.id == Seat.entry_id)
    counts = session.execute(
        given.where(DraftEntry.bundle_id == at.trade).group_by(Seat.entry_id)
    ).all()
    if len({count for _, count in counts}) > 1 or len(counts) == 1:
        yield "half a trade"


def _odd(session: Session, at: Crossroads) -> Iterator[str]:
    """An offered seat belongs to a live offer, and the other way round."""
    live = select(Offer.seat_id).where(
        Offer.program_id == at.program, Offer.state.in_(LIVE_OFFERS), Offer.seat_id.is_not(None)
    )
    offered = {seat.id for seat in _held(session, at) if seat.state == SeatState.OFFERED}
    if offered != set(session.scalars(live)):
        yield "an offer without its seat"
