"""The door for a WSGI server: `gunicorn --preload "groupmatch.web.wsgi:application()"`."""

import gc
import logging

from flask import Flask
from sqlalchemy.orm import configure_mappers

from groupmatch import logs, settings
from groupmatch.database import Database
from groupmatch.errors import BadSettings
from groupmatch.settings import Settings
from groupmatch.web import create_app

_log = logging.getLogger(__name__)

#: Objects made before the garbage collector looks for rings among the youngest, and how many such
#: looks come before it looks further. A page of a large program makes tens of thousands, hardly
#: any of them in rings: by Python's own 700 a fifth of its time went into looking.
_COLLECTS_AFTER = (50_000, 20, 50)


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
    collect_seldom()


def collect_seldom() -> None:
    """Have the garbage collector leave alone what is here for good, and look at the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTS_AFTER)
