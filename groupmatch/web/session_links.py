"""The addresses of meeting links: a secret token under the base that the site configures."""

from flask import Flask

from groupmatch.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Let templates write `session_link(token)`; empty where no base is set, or no token given."""
    base = settings.meeting_url.rstrip("/")

    def session_link(token: str) -> str:
        return f"{base}/{token}" if base and token else ""

    app.add_template_global(session_link)
