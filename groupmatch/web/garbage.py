"""Garbage is collected when an answer has gone out; while it is made, its visitor would wait."""

import gc
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: How many objects of each generation make it worth to look for rings among them. A page of a large
#: program makes tens of thousands, hardly any of them in rings.
_WORTH_A_LOOK = (10_000, 20, 50)
#: An answer that leaves so many objects is looked at while it is made, or it might fill the memory.
_TOO_MANY = 1_000_000


def collect_between_answers(app: Flask) -> None:
    """Call it once, when all is loaded and before workers are forked."""
    serve = app.wsgi_app

    def serve_and_collect(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return ClosingIterator(serve(environ, start_response), collect)

    app.wsgi_app = serve_and_collect  # type: ignore[method-assign]
    collect_seldom()


def collect_seldom() -> None:
    """Leave alone what is here for good, and all else until `collect`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_TOO_MANY)


def collect() -> None:
    """Look for rings where it is worth it."""
    counted = zip(gc.get_count(), _WORTH_A_LOOK, strict=True)
    worth = [generation for generation, (count, most) in enumerate(counted) if count > most]
    if worth:
        gc.collect(worth[-1])
