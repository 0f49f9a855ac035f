"""The users of `python -m tests.shows.load`, for locust: people who read, think, and read on."""

import json
import os
from pathlib import Path
from random import choice

from locust import HttpUser, between, task

_GIVEN = json.loads(Path(os.environ["VISITS"]).read_text(encoding="utf-8"))


class Visitor(HttpUser):
    """Somebody of one role who opens one page of that role after another."""

    abstract = True
    wait_time = between(1, 3)
    role = ""

    def on_start(self) -> None:
        """Come with the cookie of one account."""
        self.client.cookies.set("groupmatch", choice(_GIVEN[self.role]["cookies"]))

    @task
    def read(self) -> None:
        """Open any of the pages."""
        page = choice(_GIVEN[self.role]["pages"])
        self.client.get(page["path"], name=page["name"])


class Coordinator(Visitor):
    """Half of the visitors."""

    weight = 10
    role = "coordinator"


class Participant(Visitor):
    """A third of them."""

    weight = 7
    role = "participant"


class Therapist(Visitor):
    """The rest."""

    weight = 3
    role = "therapist"
