"""Stylesheets, scripts and icons: kept by browsers for good, and fetched anew when they change.

Their addresses carry a fingerprint of everything in the static folder and of the icons' names, so
what is kept under one address never changes.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from groupmatch.web import icons

_FINGERPRINTED = frozenset({"static", "icons.sprite"})
_FOR_GOOD = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"


def init_app(app: Flask) -> None:
    """Add the fingerprint to addresses, and say how long answers may be kept."""
    mark = _fingerprint(Path(str(app.static_folder)))

    @app.url_defaults
    def add_mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in _FINGERPRINTED:
            values.setdefault("v", mark)

    app.after_request(_keep)


def _keep(response: Response) -> Response:
    if response.status_code in (200, 304):
        if request.endpoint in _FINGERPRINTED and "v" in request.args:
            response.headers["Cache-Control"] = _FOR_GOOD
        elif request.endpoint == "bootstrap.static":
            response.headers["Cache-Control"] = _A_DAY
    return response


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256(f"{version('bootstrap-flask')} {sorted(icons.NAMES)}".encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
