"""The pages of participants: one module a page, all under /me."""

from flask import Blueprint, Flask

blueprint = Blueprint("participant", __name__, url_prefix="/me")


def init_app(app: Flask) -> None:
    """Mount the pages."""
    # Each module adds its routes to the blueprint above.
    from groupmatch.web.participant import ask, home, hours, offers, switching, times  # noqa: F401

    app.register_blueprint(blueprint)
