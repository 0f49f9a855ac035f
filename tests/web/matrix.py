"""Every route × everybody × records of one's own, of others and made up, by what views declare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from groupmatch.records import StaffRole
from groupmatch.web import access
from groupmatch.web.access import Access, Who
from tests.web.addresses import address, addresses, object_names
from tests.web.asking import Asked, visitor

#: An id like any other, of nothing.
MADE_UP = "aaaa2222bbbb33"


@dataclass(frozen=True)
class Principal:
    """Who calls: the account, what it is, and whose records it may name."""

    name: str | None
    who: Who = Who.ANYONE
    role: StaffRole | None = None
    #: Which records are within reach: those at home, those of the other program, or none.
    reach: str = "home"


PRINCIPALS = (
    Principal(None),
    Principal("Ada", Who.PARTICIPANT),
    Principal("Ben", Who.PARTICIPANT, reach="none"),
    Principal("Dov", Who.PARTICIPANT, reach="other"),
    Principal("Cleo", Who.THERAPIST),
    Principal("Rhea", Who.THERAPIST, reach="none"),
    Principal("Theo", Who.THERAPIST, reach="other"),
    Principal("Mara", Who.STAFF, StaffRole.COORDINATOR),
    Principal("Nora", Who.STAFF, StaffRole.CLINICIAN),
    Principal("Ines", Who.STAFF, StaffRole.ADMIN),
    Principal("Dana", Who.STAFF, StaffRole.COORDINATOR, reach="other"),
)


@dataclass(frozen=True)
class Cell:
    """One question of somebody, what the view declares and what was answered."""

    method: str
    url: str
    got: str
    wanted: str

    @property
    def fits(self) -> bool:
        """Whether it was answered as declared."""
        return self.got == self.wanted

    def __str__(self) -> str:
        return f"{self.method} {self.url}: {self.got} instead of {self.wanted}"


def cells(made: Asked, principal: Principal, *, under: str = "/") -> Iterator[Cell]:
    """Asks every route below a path, once at home and once for each id of somebody else's."""
    call = _caller(made, principal)
    for rule, method in _routes(made.app, under):
        declared = access.declared(made.app, rule.endpoint)
        if declared is None:
            yield Cell(method, rule.rule, "declares nothing", "a declaration")
            continue
        for url, at_home, elsewhere in addresses(made.app, rule, made.world):
            wanted = expected(declared, principal, at_home, elsewhere)
            got, _ = call(method, url)
            yield Cell(method, url, wanted if _stands_for_itself(rule, got) else got, wanted)


def alike(made: Asked, principal: Principal) -> Iterator[Cell]:
    """Asks for records of others and for some that are not there: one must answer as the other.

    What is open to anybody is left out: there the address itself is the key.
    """
    call = _caller(made, principal)
    home, other = made.world.home.ids, made.world.other.ids
    own, foreign = (home, other) if principal.reach == "home" else (other, home)
    for rule, method in _routes(made.app, "/"):
        declared = access.declared(made.app, rule.endpoint)
        for name in () if declared and declared.who is Who.ANYONE else object_names(rule):
            theirs, nobodys = (
                address(made.app, rule, made.world, {**own, name: each})
                for each in (foreign.get(name, ""), MADE_UP)
            )
            (got, text), (wanted, expected_text) = call(method, theirs), call(method, nobodys)
            words = text.replace(foreign.get(name) or MADE_UP, MADE_UP) == expected_text
            yield Cell(method, theirs, got if words else f"{got} in other words", wanted)


def expected(declared: Access, principal: Principal, at_home: bool, elsewhere: bool) -> str:
    """What a view that declares this must answer."""
    if declared.who is Who.NOBODY:
        return "not found"
    if declared.who is Who.ANYONE:
        return "open"
    if principal.name is None:
        return "sign in"
    if declared.who not in (Who.SIGNED_IN, principal.who):
        return "not your role"
    if declared.who is Who.STAFF and principal.role not in declared.roles:
        return "not your role"
    within = {"home": at_home, "other": elsewhere, "none": at_home and elsewhere}
    return "open" if within[principal.reach] else "not found"


def _answered(status: int, location: str) -> str:
    """What an answer means."""
    if status in (302, 303) and location.startswith("/sign-in?next="):
        return "sign in"
    return {403: "not your role", 404: "not found", 500: "broken"}.get(status, "open")


def _caller(made: Asked, principal: Principal) -> Callable[[str, str], tuple[str, str]]:
    fresh = visitor(made, principal.name)

    def call(method: str, url: str) -> tuple[str, str]:
        answer = fresh().open(url, method=method, buffered=True)
        return _answered(answer.status_code, answer.headers.get("Location", "")), answer.text

    return call


def _routes(app: Flask, under: str) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(under):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def _stands_for_itself(rule: Rule, got: str) -> bool:
    """A made-up file or token is not found by anybody."""
    return got == "not found" and bool(rule.arguments & {"filename", "role", "look_id"})
