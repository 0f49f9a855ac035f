"""The tables of runs, switch requests and offers, which queries have ordered already."""

from collections.abc import Callable, Sequence

from groupmatch.language import gettext, later
from groupmatch.records import Offer, SwitchRequest
from groupmatch.services.runs.night import Counts
from groupmatch.services.runs.run_pages import RunRow
from groupmatch.web.filters import at
from groupmatch.web.tables import Column, Table, nobody
from groupmatch.web.words import word

_COUNTS: Sequence[tuple[str, str, Callable[[Counts], int]]] = (
    ("waiting", later("Waiting"), lambda counts: counts.waited),
    ("placed", later("Placed"), lambda counts: counts.placed),
    ("switched", later("Switched"), lambda counts: counts.switched),
    ("opened", later("Opened"), lambda counts: counts.opened),
    ("held-back", later("Held back"), lambda counts: counts.held_back),
)


def runs_table(zone: str) -> Table[RunRow]:
    """All runs, the latest first; instants on the clock of an IANA zone."""
    return Table(
        "runs",
        gettext("Runs"),
        (
            Column(
                "began", gettext("Began"), lambda row: at(row.run.started_at, zone), orders=False
            ),
            Column("by", gettext("By"), lambda row: started_by(row), orders=False),
            *(_counted(*each) for each in _COUNTS),
            Column("state", gettext("State"), lambda row: row.run.state.value, orders=False),
        ),
        nobody,
        main=True,
        searched=False,
    )


def _counted(key: str, label: str, number: Callable[[Counts], int]) -> Column[RunRow]:
    return Column(
        key,
        label,
        lambda row: number(row.counts) if row.run.state == "done" else None,
        number=True,
        orders=False,
    )


def started_by(row: RunRow) -> str:
    """Who or what started a run."""
    return row.by or (
        gettext("the night") if row.run.kind == "nightly" else gettext("the command line")
    )


def switches_table(
    name: str, caption: str, zone: str, *, decided: bool = False
) -> Table[SwitchRequest]:
    """Switch requests in one state; the `decided` ones are paged by their query."""
    return Table(
        name,
        caption,
        (
            Column(
                "who", gettext("Who"), lambda each: each.participant.full_name, orders=not decided
            ),
            Column("asks", gettext("Asks for"), lambda each: _asks(each), orders=not decided),
            Column(
                "reason",
                gettext("Reason"),
                lambda each: word("switch_reason", each.reason),
                orders=not decided,
            ),
            Column(
                "when",
                gettext("Decided") if decided else gettext("Since"),
                lambda each: at(each.decided_at or each.asked_at, zone),
                lambda each: each.asked_at,
                orders=not decided,
            ),
            Column(
                "state",
                gettext("State"),
                lambda each: word("switch_state", each.state),
                orders=False,
            ),
        ),
        lambda each: (each.participant_id,),
        main=decided,
        searched=not decided,
    )


def _asks(switch: SwitchRequest) -> str:
    return gettext("%(word)s than %(name)s") % {
        "word": word("switch_kind", switch.kind),
        "name": switch.seat.group.name,
    }


def offers_table(name: str, caption: str, zone: str, *, over: bool = False) -> Table[Offer]:
    """Offers that are live, or over and paged by their query."""
    return Table(
        name,
        caption,
        (
            Column(
                "who", gettext("Who"), lambda offer: offer.participant.full_name, orders=not over
            ),
            Column("group", gettext("Group"), lambda offer: offer.to_group.name, orders=not over),
            Column(
                "made",
                gettext("Made"),
                lambda offer: at(offer.made_at, zone),
                lambda offer: offer.made_at,
                orders=not over,
            ),
            Column(
                "until",
                gettext("Ended") if over else gettext("Until"),
                lambda offer: at(offer.answered_at or offer.expires_at, zone),
                lambda offer: offer.expires_at,
                orders=not over,
            ),
            Column(
                "state",
                gettext("State"),
                lambda offer: word("offer_state", offer.state),
                orders=False,
            ),
        ),
        lambda offer: (offer.participant_id,),
        main=over,
        searched=not over,
    )
