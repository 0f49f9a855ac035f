"""When the garbage of a page is collected."""

import gc
from collections.abc import Iterator

import pytest
from flask import Flask

from groupmatch.web.garbage import collect_between_answers

_MANY = 20_000


@pytest.fixture(autouse=True)
def collects_as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_rings_are_collected_when_the_answer_has_gone_out_and_not_before() -> None:
    looks: list[str] = []

    def note(phase: str, _: object) -> None:
        looks.append(phase)

    app = Flask(__name__)

    @app.get("/")
    def page() -> str:
        for _ in range(_MANY):
            ring: list[object] = []
            ring.append(ring)
        return f"looked {len(looks)} times"

    collect_between_answers(app)
    gc.callbacks.append(note)
    try:
        answer = app.test_client().get("/", buffered=False)
        assert answer.text == "looked 0 times"
        assert not looks
        answer.close()
        assert looks
    finally:
        gc.callbacks.remove(note)


def test_a_page_that_leaves_little_is_not_looked_at() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "little")
    collect_between_answers(app)
    looks: list[object] = []
    gc.callbacks.append(lambda phase, told: looks.append(phase))
    try:
        app.test_client().get("/")
        assert not looks
    finally:
        gc.callbacks.pop()


def test_what_is_here_when_it_begins_is_left_alone() -> None:
    kept = [[number] for number in range(100)]
    collect_between_answers(Flask(__name__))
    assert gc.get_freeze_count() > len(kept)
    assert gc.get_threshold()[0] > _MANY
