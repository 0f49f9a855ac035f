"""What a cell can hold."""

import re
from datetime import date
from typing import Any

import pytest

from groupmatch.services.groups.group_parts import Limit, MeetingTime
from groupmatch.services.spreadsheets.cells import (
    Cell,
    Choice,
    Day,
    Reference,
    Region,
    Text,
    Unreadable,
    Whole,
    YesNo,
    Zone,
)
from groupmatch.services.spreadsheets.decisions import (
    LONG_SINCE,
    Authority,
    Consent,
    Decision,
    LevelDecision,
    Licenses,
)
from groupmatch.services.spreadsheets.list_cells import (
    AttributeValues,
    Hours,
    Limits,
    ListOf,
    Meetings,
)
from tests.cast import MONDAY, SUNDAY, TODAY, WEDNESDAY

_TOPICS = Choice("a topic", {"grief-loss": "Grief and loss", "cbt": "CBT"})
_LEVELS = LevelDecision({"outpatient": "Weekly outpatient"})
_LICENSES = Licenses({"psypact": "PSYPACT"}, TODAY)
_IDS = Reference("therapist", {"T-1": "aaa", "T-2": "bbb"})
_UNTIL = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("cell", "text", "value", "written"),
    [
        (Whole(), "8", 8, "8"),
        (Whole(), "8.0", 8, "8"),
        (Day(), "2026-12-01", date(2026, 12, 1), "2026-12-01"),
        (Day(), "12/1/2026", date(2026, 12, 1), "2026-12-01"),
        (Day(), "1.12.2026", date(2026, 12, 1), "2026-12-01"),
        (YesNo(), "Yes", True, "yes"),
        (YesNo(), "0", False, "no"),
        (Zone(), "america/new york", "America/New_York", "America/New_York"),
        (Region(), "new york", "NY", "NY"),
        (Region(), "ny", "NY", "NY"),
        (_TOPICS, "Grief and Loss", "grief-loss", "grief-loss"),
        (_IDS, "T-2", "bbb", "T-2"),
        (ListOf(Text()), "en, es; en", ["en", "es"], "en; es"),
        (ListOf(_IDS, ordered=False), "T-2; T-1", ["aaa", "bbb"], "T-1; T-2"),
        (
            AttributeValues(),
            "modality = CBT|DBT; gender=woman",
            {"modality": ["CBT", "DBT"], "gender": ["woman"]},
            "gender=woman; modality=CBT|DBT",
        ),
        (
            Meetings(),
            "Wed 18:00-21:00; Mon 18:00-21:00; Sun 23:30-0:30",
            [
                MeetingTime(MONDAY, 1080, 180),
                MeetingTime(WEDNESDAY, 1080, 180),
                MeetingTime(SUNDAY, 1410, 60),
            ],
            "Mon 18:00-21:00; Wed 18:00-21:00; Sun 23:30-00:30",
        ),
        (
            Limits(),
            "primary_condition=bpd MAX 2",
            [Limit("primary_condition", "bpd", 2)],
            "primary_condition=bpd max 2",
        ),
        (Consent(TODAY), "no", None, "no"),
        (Consent(TODAY), "yes", Decision(), "yes"),
        (Consent(TODAY), "yes until 3/31/2027", Decision(_UNTIL), "yes until 2027-03-31"),
        (Consent(TODAY), "yes until 2026-11-21", None, "no"),
        (
            _LEVELS,
            "weekly outpatient until 2027-03-31",
            Decision(_UNTIL, "outpatient"),
            "outpatient until 2027-03-31",
        ),
        (
            _LICENSES,
            "PSYPACT from 2025-07-01; New Jersey until 2027-03-31; CA until 2020-01-01; NY",
            [
                Authority("NJ", LONG_SINCE, _UNTIL),
                Authority("NY", LONG_SINCE),
                Authority("psypact", date(2025, 7, 1)),
            ],
            "NJ until 2027-03-31; NY; psypact from 2025-07-01",
        ),
    ],
)
def test_a_cell_is_read_forgivingly_and_written_exactly(
    cell: Cell, text: str, value: Any, written: str
) -> None:
    assert cell.read(text) == value
    assert cell.write(value) == written
    if value is not None:
        assert cell.read(written) == value


@pytest.mark.parametrize(
    ("cell", "text", "advice"),
    [
        (Whole(most=7), "8", "from 0 to 7"),
        (Whole(), "many", "not a whole number"),
        (Day(), "31/12/2026", "write it as 2026-12-31"),
        (Day(), "soon", "write it as 2026-12-31"),
        (YesNo(), "maybe", "neither yes nor no"),
        (Zone(), "America/New_Yrok", "did you mean “America/New_York”"),
        (Zone(), "Eastern", "write a city's, such as America/New_York"),
        (Region(), "Ontarioo", "did you mean “Ontario”"),
        (_TOPICS, "grieve-loss", "did you mean “grief-loss”"),
        (_IDS, "T1", "there is no therapist “T1”; did you mean “T-1”"),
        (AttributeValues(), "woman", "write it as gender=woman"),
        (Hours(), "evenings", "write “Mon 18:00-21:00”"),
        (Meetings(), "Mon 18:00-19:00?", "has a question mark"),
        (Limits(), "bpd 2", "write it as condition=bpd max 2"),
        (Consent(TODAY), "signed", "neither no, nor yes"),
        (_LEVELS, "spa until 2027-01-01", "is not a level of care"),
        (_LICENSES, "NY until 1999-01-01", "ends before it begins"),
        (_LICENSES, "Atlantis", "is not a region"),
    ],
)
def test_a_cell_that_means_nothing_says_what_to_write(cell: Cell, text: str, advice: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(advice)):
        cell.read(text)
