"""For whoever watches the installation: is the process alive, and can it serve people?"""

import logging

from flask import Blueprint
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from groupmatch.database.upgrade import at_head
from groupmatch.web import access
from groupmatch.web.transaction import database

blueprint = Blueprint("health", __name__)

_log = logging.getLogger(__name__)


@blueprint.get("/healthz")
@access.anyone
def alive() -> dict[str, str]:
    """The process answers. It asks nobody else, so that a lost database restarts no web worker."""
    return {"status": "alive"}


@blueprint.get("/readyz")
@access.anyone
def ready() -> tuple[dict[str, str], int]:
    """The database answers and its schema is the newest; 503 otherwise, and what is missing."""
    try:
        newest = at_head(database())
    except (DatabaseError, PoolTimeout) as error:
        _log.warning("the database does not answer: %s", type(error).__name__)
        return {"status": "waits for the database"}, 503
    if not newest:
        return {"status": "waits for groupmatch db upgrade"}, 503
    return {"status": "ready"}, 200
