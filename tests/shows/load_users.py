"""The users of `python -m tests.shows.load`, for locust: people who read, think, and read on."""

import json
import os
import time
from pathlib import Path
from random import choice

from locust import HttpUser, between, task

_GIVEN = json.loads(Path(os.environ["VISITS"]).read_text(encoding="utf-8"))


class Visitor(HttpUser):
    """Somebody of one role who opens one page of that role after another."""

    abstract = True
    wait_time = between(1, 3)
    role = ""

    @task
    def read(self) -> None:
        """Open any of the pages, by a connection of its own, as nginx asks, and say when."""
        cookie, path = choice(choice(_GIVEN[self.role]))
        headers = {
            "Connection": "close",
            "Cookie": f"groupmatch={cookie}",
            "X-Request-Start": f"{time.time():.6f}",
        }
        self.client.get(path, headers=headers)


class Staff(Visitor):
    """Half of the visitors."""

    weight = 10
    role = "staff"


class Participant(Visitor):
    """A third of them."""

    weight = 7
    role = "participant"


class Therapist(Visitor):
    """The rest."""

    weight = 3
    role = "therapist"
