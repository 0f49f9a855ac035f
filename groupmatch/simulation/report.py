"""The report of simulated years, as Markdown: figures, sensitivity, and every assumption."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from groupmatch.simulation.assumptions import assumed
from groupmatch.simulation.scenarios import FIRST_COME, NIGHTLY, POLICIES, Scenario
from groupmatch.simulation.year import Lived

Years = Mapping[Scenario, Lived]


@dataclass(frozen=True)
class _Figure:
    """One line of the tables."""

    name: str
    of: Callable[[Lived], str]


def report(years: Years, *, seed: int, weeks: int) -> str:
    """The whole report. It names no clock and no machine: a seed gives the same text again."""
    parts = [_title(years, seed, weeks), _comparison(years)]
    if len(years) > len(POLICIES):
        parts.append(_sensitivity(years))
    return "\n\n".join([*parts, _invariants(years), _reading(), _assumptions()]) + "\n"


def _title(years: Years, seed: int, weeks: int) -> str:
    lived = years[Scenario(NIGHTLY)]
    command = f"groupmatch simulate --weeks {weeks} --seed {seed}"
    if len(years) == len(POLICIES):
        command += " --no-sensitivity"
    return f"""# {weeks} weeks of simulated life

**Simulated.** Nobody in it exists, and no figure below has been measured in a real program.
{lived.days[0].on} to {lived.days[-1].on}: `{command}`.

The demo program lives through every date with the services that people use and the nightly run as
it is. The {NIGHTLY} is what groupmatch does; {FIRST_COME} gives each morning's free
seats to those who have waited longest. Both have the same people, groups, gates and luck."""


def _comparison(years: Years) -> str:
    scenarios = [Scenario(NIGHTLY), Scenario(FIRST_COME)]
    head = ["simulated", *(each.policy for each in scenarios)]
    rows = [[each.name, *(each.of(years[at]) for at in scenarios)] for each in _FIGURES]
    return "## Side by side (simulated)\n\n" + _table(head, rows)


def _sensitivity(years: Years) -> str:
    scenarios = sorted(years, key=lambda each: (each.refusals, each.policy != NIGHTLY))
    head = ["simulated", *(f"{each.policy}, refusals × {each.refusals:g}" for each in scenarios)]
    rows = [[each.name, *(each.of(years[at]) for at in scenarios)] for each in _SENSITIVE]
    return "## With fewer and more refusals (simulated)\n\n" + _table(head, rows)


def _invariants(years: Years) -> str:
    looks = sum(lived.tally["looks"] for lived in years.values())
    nights = sum(lived.tally["nights"] for lived in years.values())
    proved = sum(lived.tally["nights proved"] for lived in years.values())
    matched = sum(len(lived.days) for each, lived in years.items() if each.policy == NIGHTLY)
    return f"""## What always held

After every night, morning and afternoon the whole database was compared with the look before it.
In {looks:,} looks and {nights:,} nights no invariant was broken: no group above its seats, no seat
lost or moved by software, nothing deleted, everything in the audit log, one run a night, nobody
with a safety flag matched, and every published seat sound by rules that are written a second time.
Of {matched:,} nightly matches {proved:,} were proved best."""


def _reading() -> str:
    return """## How to read it

- One year with one seed tells little about a small difference; other seeds show how far it strays.
- Most people come because of a group that suits them, as in the demo. There any way to fill seats
  does much of the work; what is left to choose is who comes first, and who takes which seat.
- What a wait costs is one study of first attendance, read as a slow loss of odds. Nothing here says
  what a seat is worth to somebody, nor what a better fit does beyond its part in leaving early.
- Who refuses a group is not offered it again, under both policies.
- A closed group that empties stays closed, and no group is founded: the capacity is given."""


def _assumptions() -> str:
    rows = [[each.name, _value(each.value), each.means, each.source] for each in assumed()]
    head = ["name in config/simulation.toml", "value", "meaning", "source"]
    return "## Every assumption, and its source\n\n" + _table(head, rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    if isinstance(value, list):
        return "<br>".join(str(each) for each in value)
    return str(value)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _of(some: int, every: int) -> str:
    return f"{_percent(some / every)} of {every:,}" if every else "none"


def _quantile(numbers: Sequence[int], share: float) -> str:
    """The smallest number that so many of all do not exceed."""
    if not numbers:
        return "none"
    return str(numbers[min(len(numbers) - 1, int(share * len(numbers)))])


def _moves(lived: Lived) -> str:
    moves = lived.outcome.switched + lived.outcome.moved
    return f"{moves / lived.outcome.members:.3f}" if lived.outcome.members else "none"


_MAIN = (
    _Figure("people who came", lambda each: f"{each.outcome.comers.came:,}"),
    _Figure("of them seated", lambda each: f"{each.outcome.comers.seated:,}"),
    _Figure(
        "days to the first session, median",
        lambda each: _quantile(each.outcome.comers.days_to_seat, 0.5),
    ),
    _Figure("the same, 90 %", lambda each: _quantile(each.outcome.comers.days_to_seat, 0.9)),
    _Figure("seated within four weeks", lambda each: _percent(each.outcome.comers.soon_share)),
    _Figure("left without a seat", lambda each: f"{each.outcome.comers.gave_up:,}"),
    _Figure("waiting at the end", lambda each: f"{each.outcome.comers.waiting:,}"),
    _Figure(
        "seats filled, mean of days", lambda each: _percent(fmean(d.filled for d in each.days))
    ),
)
_SENSITIVE = (*_MAIN, _Figure("offers declined", lambda each: f"{each.outcome.declined:,}"))
_FIGURES = (
    *_MAIN,
    _Figure("waiting, mean of days", lambda each: f"{fmean(d.waiting for d in each.days):.1f}"),
    _Figure(
        "oldest wait on any day, days", lambda each: str(max(d.oldest_days for d in each.days))
    ),
    _Figure("oldest wait at the end, days", lambda each: str(each.days[-1].oldest_days)),
    _Figure("moves per member", _moves),
    _Figure("moved without having asked", lambda each: f"{each.outcome.moved:,}"),
    _Figure(
        "switches granted", lambda each: _of(each.outcome.switched, each.outcome.asked_to_switch)
    ),
    _Figure("offers accepted", lambda each: _of(each.outcome.accepted, each.outcome.offers)),
    _Figure("offers declined", lambda each: f"{each.outcome.declined:,}"),
    _Figure("offers that lapsed", lambda each: f"{each.outcome.lapsed:,}"),
    _Figure(
        "offers taken back, as others in the bundle refused",
        lambda each: f"{each.outcome.withdrawn:,}",
    ),
    _Figure("bundles refused at publishing", lambda each: f"{each.tally['bundles refused']:,}"),
    _Figure("groups opened", lambda each: f"{each.outcome.opened:,}"),
    _Figure(
        "IOP weeks whose sessions met the hours",
        lambda each: _of(each.outcome.intensive.held, each.outcome.intensive.weeks),
    ),
    _Figure(
        "IOP weeks attended for the hours",
        lambda each: _of(each.outcome.intensive.attended, each.outcome.intensive.weeks),
    ),
    _Figure("sessions held", lambda each: f"{each.tally['sessions held']:,}"),
    _Figure("stays completed", lambda each: f"{each.tally['completed']:,}"),
    _Figure(
        "members who left before their time",
        lambda each: f"{each.tally['left before their time'] + each.tally['left after misses']:,}",
    ),
)
