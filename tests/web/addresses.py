"""The addresses of the URL map, with records of the world in them."""

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

from tests.web.world import World

#: What stands in a URL beside the ids of a program's records.
PLAIN = {
    "code": "anxiety-depression",
    "filename": "css/base.css",
    "kind": "consent",
    "look_id": "made-up",
    "role": "nobody",
    "row_id": "",
    "table": "topics",
    "token": "made-up",
}

#: Pages on which one of these means something else.
PLAIN_ON = {
    "admin.add_payer_rule": {"code": "medicare"},
    "admin.end_row": {"table": "compacts"},
    "findings.find": {"kind": "shortage"},
    "people.add_score": {"code": "phq-9"},
}


def object_names(rule: Rule) -> list[str]:
    """The parts of a URL that name a record."""
    return sorted(name for name in rule.arguments if name not in PLAIN)


def address(app: Flask, rule: Rule, world: World, ids: Mapping[str, str]) -> str:
    """The URL of a rule with these records in it."""
    unknown = [name for name in object_names(rule) if name not in ids]
    assert not unknown, f"{rule.rule} names {unknown}: add it to tests/web/world.py"
    known = {**PLAIN, "row_id": world.row_id, **PLAIN_ON.get(rule.endpoint, {}), **ids}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def addresses(app: Flask, rule: Rule, world: World) -> Iterator[tuple[str, bool, bool]]:
    """Every URL of a rule that mixes the two programs in at most one part.

    With each: whether all its records are at home, and whether all are in the other program.
    """
    names = object_names(rule)
    home, other = world.home.ids, world.other.ids
    yield address(app, rule, world, home), True, not names
    for name in names:
        mixed = {**home, name: other.get(name, "")}
        yield address(app, rule, world, mixed), False, len(names) == 1
    if len(names) > 1:
        yield address(app, rule, world, other), False, True
