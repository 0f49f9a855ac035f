"""The application as gunicorn serves it, with what each request costs written down.

Each line is: endpoint, status, milliseconds on the wall, milliseconds of the worker's processor,
and the id under which the log knows the request.
"""

import os
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from groupmatch.web.wsgi import application as served


def application() -> Flask:
    """The application; GROUPMATCH_TIMES names the file. For `tests.shows.load` only."""
    app = served()
    file = os.open(os.environ["TIMES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(response: Response) -> Response:
        wall, cpu = (now - then for now, then in zip(_clocks(), g.timed_from, strict=True))
        took = f"{wall * 1000:.1f} {cpu * 1000:.1f} {response.headers['X-Request-ID']}"
        os.write(file, f"{request.endpoint} {response.status_code} {took}\n".encode())
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request_funcs.setdefault(None, []).insert(0, write)
    return app


def _begin() -> None:
    g.timed_from = _clocks()


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()
