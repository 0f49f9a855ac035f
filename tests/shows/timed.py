"""The application as gunicorn serves it, with what each request costs written down.

Each line is: endpoint, status, milliseconds from when the visitor asked until the answer was made,
milliseconds of the worker's processor, and the id under which the log knows the request.
"""

import os
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from groupmatch.web.wsgi import application as served


def application() -> Flask:
    """The application; TIMES names the file. For `tests.shows.load` only."""
    app = served()
    file = os.open(os.environ["TIMES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(response: Response) -> Response:
        # From when it was sent: what waits for a free worker waits on the server.
        asked = float(request.headers.get("X-Request-Start", g.timed_from[0]))
        wall, cpu = time.time() - asked, time.thread_time() - g.timed_from[1]
        line = f"{request.endpoint} {response.status_code} {wall * 1000:.1f} {cpu * 1000:.1f}"
        os.write(file, f"{line} {response.headers['X-Request-ID']}\n".encode())
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request_funcs.setdefault(None, []).insert(0, write)
    return app


def _begin() -> None:
    g.timed_from = time.time(), time.thread_time()
