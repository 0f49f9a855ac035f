"""Where people live and therapists are licensed: states, their time zones, how many live there.

Only to make believable instances. Populations are of the 2020 census (Census Bureau, table
DP1), in hundred thousands; a state with two zones has the one where most people live; compact
membership follows an undated list of PSYPACT jurisdictions and decides nothing about anybody.
"""

from dataclasses import dataclass
from random import Random

#: Zone → minutes from UTC in the first representative week (daylight time) and the second
#: (standard time). Arizona and Hawaii keep one offset all year.
UTC_OFFSETS = {
    "America/New_York": (-240, -300),
    "America/Chicago": (-300, -360),
    "America/Denver": (-360, -420),
    "America/Phoenix": (-420, -420),
    "America/Los_Angeles": (-420, -480),
    "America/Anchorage": (-480, -540),
    "Pacific/Honolulu": (-600, -600),
}

_EASTERN = "NY202 FL215 PA130 OH118 GA107 NC104 MI101 NJ93 VA86 MA70 IN68 MD62 SC51 KY45 CT36"
_CENTRAL = "TX291 IL128 TN69 MO62 WI59 MN57 AL50 LA47 OK40"
_STATES = {
    "America/New_York": f"{_EASTERN} WV18 NH14 ME14 RI11 DE10 DC7 VT6",
    "America/Chicago": f"{_CENTRAL} IA32 AR30 MS30 KS29 NE20 SD9 ND8",
    "America/Denver": "CO58 UT33 NM21 ID18 MT11 WY6",
    "America/Phoenix": "AZ72",
    "America/Los_Angeles": "CA395 WA77 OR42 NV31",
    "America/Anchorage": "AK7",
    "Pacific/Honolulu": "HI15",
}
_OUTSIDE_THE_COMPACT = "AK CA HI IA LA MA MT NM NY OR SD"


@dataclass(frozen=True)
class State:
    """A jurisdiction that licenses therapists; `people` in hundred thousands."""

    code: str
    people: int
    zone: str

    @property
    def in_compact(self) -> bool:
        """Whether one authorization of an interstate compact covers it."""
        return self.code not in _OUTSIDE_THE_COMPACT


STATES = tuple(
    State(entry[:2], int(entry[2:]), zone)
    for zone, entries in _STATES.items()
    for entry in entries.split()
)


def draw_states(rng: Random, count: int, among: tuple[State, ...] = STATES) -> tuple[State, ...]:
    """`count` different states (all of them, if there are fewer), the populous ones likelier."""
    left = list(among)
    drawn = []
    for _ in range(min(count, len(left))):
        state = rng.choices(left, [state.people for state in left])[0]
        left.remove(state)
        drawn.append(state)
    return tuple(drawn)
