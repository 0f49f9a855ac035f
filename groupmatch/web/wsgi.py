"""The door for a WSGI server: `gunicorn "groupmatch.web.wsgi:application()"`."""

from flask import Flask

from groupmatch import logs, settings
from groupmatch.database import Database
from groupmatch.web import create_app


def application() -> Flask:
    """The application over the installation's database, by the settings of the environment.

    Raises BadSettings. A database that does not answer, or is not at the newest schema, does not
    keep it from starting: `/readyz` says so until it does.
    """
    logs.configure()
    loaded = settings.load()
    return create_app(loaded, Database(loaded.database_url))
