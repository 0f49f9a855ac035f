"""`python -m tests.shows.fuzz --count 20000`: hostile values against every route, as everybody.

Hypothesis draws who asks, which route or form, and what stands in its address, its query and its
fields: what the form would send, ids of one's own and of others, and values made to break things.
No answer may be a 500, take longer than ten seconds, or tell of anybody outside of the asker's
reach. With `--without-guards` records are loaded by id alone and one route breaks on odd numbers:
the same show must then find both. Ends with exit code 1 if there was a defect.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.records import Payer
from groupmatch.web import access, session
from groupmatch.web.access import loading
from tests.web.addresses import PLAIN
from tests.web.asking import Asked, asked, forms, visitor

#: Who asks, and names, numbers and addresses that nothing may tell them.
AT_HOME, ELSEWHERE = ("Benson", "ben@"), ("Dovson", "dov@", "dora@", "theo@")
ASKERS = {
    None: (*AT_HOME, *ELSEWHERE, "Adason", "ada@"),
    "Ada": (*AT_HOME, *ELSEWHERE),
    "Dov": (*AT_HOME, "Adason", "ada@", "cleo@"),
    "Cleo": ELSEWHERE,
    "Rhea": (*AT_HOME, *ELSEWHERE, "Adason", "ada@"),
    "Mara": ELSEWHERE,
    "Nora": ELSEWHERE,
    "Ines": ELSEWHERE,
    "Dana": (*AT_HOME, "Adason", "ada@", "cleo@"),
}

HOSTILE = (
    "",
    " ",
    "\x00",
    "'",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}",
    "${7*7}",
    "%s%n%00",
    "../../../etc/passwd",
    "=cmd|'/c calc'!A1",
    "\r\nSet-Cookie: a=b",
    "http://169.254.169.254/",
    "//elsewhere.example/",
    "0",
    "-1",
    "1e309",
    "NaN",
    "٣",
    str(2**63),
    str(-(2**70)),
    "9" * 5000,
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    "Mon 18:00-17:00",
    "America/../etc",
    "\u202e\U0001f600",
    "a" * 20_000,
    "[]",
    "null",
    "true",
)
_SLOW_SECONDS = 10.0


@dataclass(frozen=True)
class Target:
    """Something that can be asked: an address with places for ids, and fields."""

    method: str
    path: str
    #: Names of places in the address.
    places: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


def main(arguments: list[str]) -> int:
    """Ask, and tell what was found; 1 where there was a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="requests (default 20000)")
    parser.add_argument("--without-guards", action="store_true")
    chosen = parser.parse_args(arguments)
    # Each bug is told once, below.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        place = Path(name)
        with asked(migrated(place), place) as made:
            if chosen.without_guards:
                _take_guards_away(made.app)
            seen, defects = _ask(made, chosen.count)
    print(
        f"{seen.total()} requests over {len(list(made.app.url_map.iter_rules()))} routes:", end=" "
    )
    print(", ".join(f"{status} × {number}" for status, number in sorted(seen.items())))
    print(f"{time.process_time():.0f} s of the processor in all")
    print("\n".join(sorted(defects)[:40]) or "no defect")
    return 1 if defects else 0


def migrated(place: Path) -> Path:
    """An empty database with every migration."""
    path = place / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


def _take_guards_away(app: Flask) -> None:
    loading._in_program = lambda record, record_id: session().get(record, record_id)  # type: ignore[assignment]

    @app.get("/planted/<code>")
    @access.anyone
    def planted(code: str) -> str:
        return str(session().query(Payer).offset(int(code)).first())


def _ask(made: Asked, count: int) -> tuple[Counter[int], set[str]]:
    fresh = {name: visitor(made, name) for name in ASKERS}
    targets = {name: _targets(made, name) for name in ASKERS}
    drawn = _Drawn(made)
    seen: Counter[int] = Counter()
    defects: set[str] = set()

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(list(ASKERS)))
        target = data.draw(st.sampled_from(targets[name]))
        defects.update(_one(data, drawn, target, name, fresh[name], seen))

    ask()
    return seen, defects


class _Drawn:
    """Values to ask with."""

    def __init__(self, made: Asked) -> None:
        self._places = made.world.home.ids, made.world.other.ids
        ids = [*self._places[0].values(), *self._places[1].values(), *PLAIN.values()]
        texts = st.text(max_size=30)
        self.any = st.one_of(st.sampled_from(HOSTILE), st.sampled_from(ids), texts)

    def at(self, data: st.DataObject, name: str) -> str:
        """What stands in a place of an address: mostly an id that belongs there, whoever's."""
        fitting = [ids[name] for ids in self._places if name in ids]
        if fitting and data.draw(st.integers(0, 3)):
            return data.draw(st.sampled_from(fitting))
        return data.draw(self.any) or "x"


def _one(
    data: st.DataObject,
    drawn: _Drawn,
    target: Target,
    name: str | None,
    fresh: Callable[[], FlaskClient],
    seen: Counter[int],
) -> Sequence[str]:
    path = target.path
    sent: list[str] = []
    for each in target.places:
        sent.append(drawn.at(data, each))
        path = path.replace(f"<{each}>", _quoted(sent[-1]))
    fields = {
        key: value if data.draw(st.integers(0, 2)) else data.draw(drawn.any)
        for key, value in target.fields
    }
    query = data.draw(st.dictionaries(st.sampled_from(_QUERIES), drawn.any, max_size=2))
    began = time.monotonic()
    form = {"data": fields} if target.method == "POST" else {}
    answer = fresh().open(path, method=target.method, query_string=query, buffered=True, **form)
    seen[answer.status_code] += 1
    text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
    echoed = " ".join([*sent, *fields.values(), *query.values()])
    told = [mark for mark in ASKERS[name] if mark in text and mark not in echoed]
    where = f"{target.method} {target.path} as {name}"
    slow = time.monotonic() - began > _SLOW_SECONDS
    return [
        *([f"{where}: {answer.status_code}"] if answer.status_code >= 500 else []),
        *(f"{where} tells {mark}" for mark in told),
        *([f"{where} takes long"] if slow else []),
    ]


#: Names that pages read from their addresses.
_QUERIES = (
    *("page", "sort", "order", "q", "csv", "find", "standing", "region", "topic", "group"),
    *("who", "act", "subject", "first", "last", "ahead", "place", "step", "words", "seen", "back"),
    *("there", "next", "show_codes", "therapist", "week", "on"),
)


def _quoted(value: str) -> str:
    """A value as it stands in one part of an address."""
    return "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "replace"))[:6000]


def _targets(made: Asked, name: str | None) -> list[Target]:
    """Every route by itself, and every form of every page that somebody may open."""
    routes = [
        Target(method, _plain(rule.rule), tuple(rule.arguments))
        for rule in made.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    offered = [
        Target(form.method, form.action, (), tuple(form.fields.items()))
        for form in forms(made, name)
    ]
    return routes + offered


def _plain(rule: str) -> str:
    """A rule with its places as `<name>`, whatever kind they are."""
    return "/".join(
        f"<{part.strip('<>').rpartition(':')[2]}>" if part.startswith("<") else part
        for part in rule.split("/")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
