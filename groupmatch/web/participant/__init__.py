"""The pages of participants: one module a page, all under /me."""

from flask import Blueprint, Flask

blueprint = Blueprint("participant", __name__, url_prefix="/me")


def init_app(app: Flask) -> None:
    """Mount the pages."""
    # Each module adds its routes to the blueprint above.
    from groupmatch.web.participant import (  # noqa: F401
        ask,
        away,
        calendar,
        home,
        hours,
        location,
        offers,
        schedule,
        switching,
        time_lines,
        times,
    )

    app.register_blueprint(blueprint)
