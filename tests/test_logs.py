"""The log: one JSON line an event, with the ids of what went on, and without what people wrote."""

import json
import logging
import sys
import threading

import pytest

from groupmatch import logs
from groupmatch.errors import BadSettings
from groupmatch.web.wsgi import application

#: As a database says it.
_QUOTING = "Key (email)=(ada@example.org) already exists"


def logged(record_error: bool = False) -> dict[str, str]:
    record = logging.LogRecord("groupmatch.x", logging.ERROR, "f", 1, "run %s", ("r1",), None)
    if record_error:
        try:
            raise ValueError(_QUOTING)
        except ValueError as error:
            record.exc_info = (ValueError, error, error.__traceback__)
    line: dict[str, str] = json.loads(logs.JsonLines().format(record))
    return line


def test_a_line_says_when_what_and_how_grave() -> None:
    line = logged()
    assert (line["level"], line["logger"], line["message"]) == ("error", "groupmatch.x", "run r1")
    assert line["at"].endswith("+00:00")


def test_a_line_carries_the_ids_of_what_goes_on() -> None:
    with logs.within(request="q1"), logs.within(run="r1"):
        line = logged()
        assert (line["request"], line["run"]) == ("q1", "r1")
    assert "request" not in logged()


def test_an_error_tells_where_it_arose_and_not_what_it_quotes() -> None:
    line = logged(record_error=True)
    assert "ValueError" in line["error"]
    assert "test_logs.py" in line["error"]
    assert "ada" not in json.dumps(line)


def test_a_terminal_gets_plain_lines_without_the_text_either() -> None:
    try:
        raise ValueError(_QUOTING)
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("groupmatch.x", logging.ERROR, "f", 1, "no", (), info)
    told = logs.PlainLines().format(record)
    assert "ERROR no" in told
    assert "ada" not in told


@pytest.fixture
def _root_as_before() -> object:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
    root.handlers, root.level = before, level
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("_root_as_before")
def test_the_log_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("groupmatch.x").info("hello")
    assert json.loads(capsys.readouterr().err.splitlines()[-1])["message"] == "hello"


@pytest.mark.usefixtures("_root_as_before")
def test_a_match_that_lasts_for_minutes_is_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("apscheduler.scheduler").warning("maximum number of running instances")
    logging.getLogger("apscheduler.executors").error("a job raised")
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "a job raised"


@pytest.mark.usefixtures("_root_as_before")
def test_a_web_process_that_cannot_begin_says_what_is_wrong_with_its_settings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUPMATCH_PROXIES", "-1")
    monkeypatch.setenv("GROUPMATCH_SECRET_KEY", "short")
    with pytest.raises(BadSettings):
        application()
    told = json.loads(capsys.readouterr().err.splitlines()[-1])["message"]
    assert "GROUPMATCH_PROXIES is from" in told
    assert "GROUPMATCH_SECRET_KEY has at least" in told
    assert "short" not in told


@pytest.mark.usefixtures("_root_as_before")
def test_what_nobody_catches_is_logged_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def breaks() -> None:
        raise ValueError(_QUOTING)

    logs.configure()
    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    told = capsys.readouterr().err
    assert "a thread was ended by ValueError" in told
    assert "ada" not in told
