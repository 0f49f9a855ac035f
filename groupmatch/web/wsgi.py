"""The door for a WSGI server: `gunicorn --preload "groupmatch.web.wsgi:application()"`."""

import logging
import sys

from flask import Flask
from sqlalchemy.orm import configure_mappers

from groupmatch import logs, settings
from groupmatch.database import Database
from groupmatch.errors import BadSettings
from groupmatch.settings import Settings
from groupmatch.web import create_app
from groupmatch.web.garbage import collect_between_answers

_log = logging.getLogger(__name__)

#: How long a thread that lays out a run may work while a page waits. A page gives up its turn with
#: each statement that it sends to the database, and sends dozens.
_TURN_SECONDS = 0.0005


def application() -> Flask:
    """The application over the installation's database, by the settings of the environment.

    Raises BadSettings. A database that does not answer, or is not at the newest schema, does not
    keep it from starting: `/readyz` says so until it does.
    """
    logs.configure()
    loaded = _load_settings()
    app = create_app(loaded, Database(loaded.database_url))
    _prepare(app)
    return app


def _load_settings() -> Settings:
    try:
        return settings.load()
    except BadSettings as bad:
        # The log leaves out the texts of errors, and nobody else would tell this one.
        _log.critical("%s", "; ".join(bad.problems))
        raise


def _prepare(app: Flask) -> None:
    """Do once, before workers are forked, what the first visitor of each page would wait for."""
    configure_mappers()
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    collect_between_answers(app)
    sys.setswitchinterval(_TURN_SECONDS)
