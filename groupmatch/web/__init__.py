"""The web application: the only room that knows Flask.

Views are thin: load with permission (`access`), call a service, render or redirect. Each request
has one database session (`session`), which commits when the view answers below 400.
"""

from flask import Flask
from flask_bootstrap import Bootstrap5
from jinja2 import StrictUndefined

from groupmatch.database import Database
from groupmatch.resources import shipped
from groupmatch.settings import Settings
from groupmatch.web.transaction import session

__all__ = ["create_app", "session"]


def create_app(settings: Settings, database: Database) -> Flask:
    """Make the application over a database whose schema is up to date."""
    # The pages import `session` from here, so they come after it.
    from groupmatch.web import (
        access,
        account,
        addresses,
        assets,
        attempts,
        calendar_feeds,
        demo,
        errors,
        filters,
        health,
        icons,
        languages,
        participant,
        reading,
        request_log,
        security,
        session_links,
        sign_in,
        staff,
        therapist,
        transaction,
    )

    app = request_log.Application(__name__, template_folder=str(shipped("templates")))
    # A misspelled name in a template is a bug that must show, not an empty place on a page.
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.do"],
    }
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    request_log.init_app(app)
    languages.init_app(app)
    transaction.init_app(app, database)
    reading.init_app(app)
    attempts.init_app(app)
    access.init_app(app)
    security.init_app(app, settings)
    sign_in.init_app(app, settings)
    session_links.init_app(app, settings)
    calendar_feeds.init_app(app, settings)
    for part in (errors, filters, icons, assets, addresses, account, participant, therapist):
        part.init_app(app)
    demo.init_app(app, settings)
    staff.init_app(app, settings)
    app.register_blueprint(health.blueprint)
    return app
