"""docs/import.md says of every column what the code says of it."""

import re
from pathlib import Path

from sqlalchemy.orm import Session

from groupmatch.services.spreadsheets import KINDS
from tests.cast import Cast

_PAGE = Path(__file__).parents[3] / "docs" / "import.md"


def test_every_column_is_documented_and_bold_where_it_is_needed(
    session: Session, cast: Cast
) -> None:
    text = _PAGE.read_text(encoding="utf-8")
    for kind, table in KINDS.items():
        section = text.split(f"\n## {kind}\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (\*\*)?(\w+)(?:\*\*)? \| (.+) \|$", section, re.MULTILINE)
        columns = [
            ("**" if column.required else "", column.name, column.means)
            for column in table(session, cast.program).columns
        ]
        assert [row for row in rows if row[1] != "column"] == columns, kind
