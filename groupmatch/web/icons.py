"""The icons: those we use, cut at start from the sprite that Bootstrap-Flask ships.

The whole sprite has a megabyte; ours has a few kilobytes and is kept by the browser.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import flask_bootstrap
from flask import Blueprint, Flask, g, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from groupmatch.web import access

#: Bootstrap Icons by name. A name that is not here fails when its page is rendered.
NAMES = frozenset(
    {
        "arrow-left",
        "arrow-left-right",
        "arrow-right",
        "arrow-repeat",
        "bar-chart",
        "bell",
        "box-arrow-right",
        "calendar-check",
        "calendar-event",
        "calendar-week",
        "check-circle",
        "check-lg",
        "chevron-down",
        "chevron-right",
        "clipboard-check",
        "clock",
        "clock-history",
        "download",
        "exclamation-octagon",
        "exclamation-triangle",
        "file-earmark-text",
        "funnel",
        "gear",
        "geo-alt",
        "hourglass-split",
        "house",
        "inbox",
        "info-circle",
        "life-preserver",
        "moon-stars",
        "pencil",
        "people",
        "person",
        "person-badge",
        "play",
        "plus-lg",
        "printer",
        "search",
        "shield-check",
        "shield-exclamation",
        "sliders",
        "stop-circle",
        "sunrise",
        "telephone",
        "x-circle",
        "x-lg",
    }
)

_SYMBOL = re.compile(r"<symbol[^>]*\bid=\"(?P<name>[^\"]+)\".*?</symbol>", re.DOTALL)

blueprint = Blueprint("icons", __name__)


def init_app(app: Flask) -> None:
    """Serve the sprite, and let templates write `icon("house")`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["icon"] = icon


def icon(name: str) -> Markup:
    """An icon beside a word that says the same: hidden from screen readers."""
    if "sprite" not in g:
        g.sprite = url_for("icons.sprite")
    return _drawn(g.sprite, name)


@cache
def _drawn(sprite: str, name: str) -> Markup:
    if name not in NAMES:
        raise LookupError(f"{name} is not among the icons in groupmatch/web/icons.py")
    return Markup(
        '<svg class="icon" aria-hidden="true" focusable="false" width="16" height="16">'
        '<use href="{}#{}"></use></svg>'
    ).format(sprite, name)


@blueprint.get("/icons.svg")
@access.anyone
def sprite() -> Response:
    """The icons in one file."""
    answer = Response(_cut(NAMES), mimetype="image/svg+xml")
    answer.add_etag()
    return answer.make_conditional(request)


@cache
def _cut(names: Iterable[str]) -> str:
    shipped = Path(flask_bootstrap.__file__).parent / "static/bootstrap5/icons/bootstrap-icons.svg"
    symbols = {
        symbol["name"]: symbol[0]
        for symbol in _SYMBOL.finditer(shipped.read_text(encoding="utf-8"))
        if symbol["name"] in names
    }
    missing = sorted(set(names) - set(symbols))
    if missing:
        raise LookupError(f"Bootstrap Icons has no {', '.join(missing)}")
    inside = "".join(symbols[name] for name in sorted(names))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
