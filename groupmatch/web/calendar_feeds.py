"""The addresses that calendar apps read: who knows one needs no sign-in, and sees only times."""

from flask import Blueprint, Flask, url_for
from werkzeug.wrappers import Response

from groupmatch.services.calendars import calendar_feed
from groupmatch.settings import Settings
from groupmatch.web import access
from groupmatch.web.transaction import session

blueprint = Blueprint("calendar_feeds", __name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the feeds, and let templates write `calendar_address(token, "webcal")`."""
    app.register_blueprint(blueprint)
    base = settings.public_url.rstrip("/")

    def calendar_address(token: str, scheme: str = "") -> str:
        address = base + url_for("calendar_feeds.feed", feed_token=token)
        return f"{scheme}://{address.partition('://')[2]}" if scheme else address

    app.add_template_global(calendar_address)


@blueprint.get("/calendar/<feed_token>.ics")
@access.anyone
def feed(feed_token: str) -> Response:
    """The coming appointments of one person; the same 404 whether an address was or never was."""
    text = calendar_feed.calendar_of(session(), feed_token)
    return Response(text, content_type="text/calendar; charset=utf-8")
