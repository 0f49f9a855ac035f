"""`python -m tests.shows.guessing`: somebody guesses passwords as fast as they can.

First part: guesses at one account, fifty a second from ever other networks, over three gunicorn
workers on PostgreSQL. No more may be compared than the limit of `config/sign_in.toml` allows, the
right password must not open the account meanwhile, and another account must open all the time.

Second part: how long a wrong password takes for somebody with an account and for somebody without.
The area under the curve of a guess by time must lie between 0.45 and 0.55.

With `--without-guards` nothing counts the tries, and no password is hashed where there is no
account: the same show must then find both. Ends with exit code 1 if there was a defect.
"""

import argparse
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask_security import forms

from groupmatch.database import Database
from groupmatch.database.upgrade import upgrade
from groupmatch.services.accounts import attempts, passwords
from groupmatch.services.accounts.sign_in_policy import sign_in_policy
from groupmatch.web import create_app, wsgi
from tests import cast, postgresql
from tests.web.conftest import settings_for

RIGHT = "a calm tuesday evening"
_WORKERS = 3
#: Where a hash differs by more than chance, an attacker reads it off.
_INDISTINCT = (0.45, 0.55)


def unguarded() -> Flask:
    """The application for gunicorn, in which nothing counts the tries."""
    attempts.claim = lambda *_: ("", None)
    return wsgi.application()


def main(arguments: list[str]) -> int:
    """Run both parts; 1 where there was a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=50, help="guesses a second")
    parser.add_argument("--seconds", type=int, default=20, help="how long to guess")
    parser.add_argument("--timed", type=int, default=100, help="tries of each kind to time")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--without-guards", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="guessing-") as folder:
        defects = _guess(chosen, Path(folder)) + _time(chosen, Path(folder))
    print("\n".join(defects) or "no defect")
    return 1 if defects else 0


def _guess(chosen: argparse.Namespace, place: Path) -> list[str]:
    with postgresql.a_database(chosen.engine, place) as database:
        _populate(database, ("ada", "ben"), place)
        with _serving(database, place, guarded=not chosen.without_guards) as port:
            told, others = _attack(port, chosen.rate, chosen.seconds)
    limit = sign_in_policy().limits["password"].who[0].tries
    compared = told["compared"] + told["opened"]
    print(f"{told.total()} guesses over {_WORKERS} workers: {dict(told)}; other account: {others}")
    wrong = {
        f"{compared} guesses were compared, {limit} may be": compared > limit,
        "the account opened while it was under attack": told["opened"] > 0,
        "another account did not open meanwhile": others["opened"] != others.total(),
        "nothing answered": not told.total(),
        f"answers that must not be: {dict(told)}": told["other"] > 0,
    }
    return [line for line, is_so in wrong.items() if is_so]


def _populate(database: Database, names: tuple[str, ...], place: Path) -> None:
    upgrade(database)
    with database.transaction() as session:
        program, hashed = cast.program(session), passwords.hashed(RIGHT)
        for name in names:
            person = cast.participant(session, program, name)
            cast.account(session, name, participant=person, password=hashed)


@contextmanager
def _serving(database: Database, place: Path, *, guarded: bool) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    door = "groupmatch.web.wsgi:application()" if guarded else "tests.shows.guessing:unguarded()"
    command = [sys.executable, "-m", "gunicorn", "--workers", str(_WORKERS), "--threads", "4"]
    environment = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "GROUPMATCH_DATA": str(place),
        "GROUPMATCH_PROXIES": "1",
    }
    with (
        (place / "server.log").open("w") as log,
        subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", door],
            env=os.environ | environment,
            stdout=log,
            stderr=log,
        ) as server,
    ):
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            _Browser(port)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server does not answer")


class _Browser:
    """One browser with its cookie and its form's token."""

    def __init__(self, port: int) -> None:
        self._port = port
        page, cookie, _ = self._ask("GET", "", {})
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token is None:
            raise OSError("no sign-in page yet")
        self._token, self._cookie = token[1], cookie.partition(";")[0]

    def tries(self, email: str, password: str, address: str) -> str:
        """What the site did with a try."""
        body = urlencode({"csrf_token": self._token, "email": email, "password": password})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self._cookie,
            "X-Forwarded-For": address,
        }
        page, _, status = self._ask("POST", body, headers)
        if status == 200 and "do not belong together" in page:
            return "compared"
        return {302: "opened", 429: "turned away"}.get(status, "other")

    def _ask(self, method: str, body: str, headers: dict[str, str]) -> tuple[str, str, int]:
        door = HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            door.request(method, "/sign-in", body, headers)
            answer = door.getresponse()
            return answer.read().decode(), answer.getheader("Set-Cookie") or "", answer.status
        finally:
            door.close()


def _attack(port: int, rate: int, seconds: int) -> tuple[Counter[str], Counter[str]]:
    """Guesses at Ada, the right password among them, while Ben signs in now and then."""
    browser, began = _Browser(port), time.monotonic()

    def guess(number: int) -> str:
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        # The first guesses are wrong; from then on every tenth is right.
        right = number > 2 * rate and number % 10 == 0
        return browser.tries("ada@example.org", RIGHT if right else f"guess {number}", _address())

    def sign_in(number: int) -> str:
        time.sleep(max(0.0, began + number * 4 - time.monotonic()))
        return browser.tries("ben@example.org", RIGHT, _address())

    with ThreadPoolExecutor(24) as pool:
        others = [pool.submit(sign_in, number) for number in range(seconds // 4)]
        told = Counter(pool.map(guess, range(rate * seconds)))
        return told, Counter(other.result() for other in others)


def _address() -> str:
    return ".".join(str(random.randint(1, 254)) for _ in range(4))


def _time(chosen: argparse.Namespace, place: Path) -> list[str]:
    known = [f"known{number:05}" for number in range(chosen.timed)]
    database = Database(f"sqlite:///{place / 'timed.sqlite3'}")
    _populate(database, tuple(known), place)
    app = create_app(settings_for(place), database)
    app.config.update(WTF_CSRF_ENABLED=False)
    if chosen.without_guards:
        forms.hash_password = lambda _password: ""
    with_account = {f"{name}@example.org": True for name in known}
    without = {f"other{number:05}@example.org": False for number in range(chosen.timed)}
    emails = list((with_account | without).items())
    random.shuffle(emails)
    times: dict[bool, list[float]] = {True: [], False: []}
    for number, (email, is_known) in enumerate(emails):
        times[is_known].append(_one(app, email, number))
    database.dispose()
    area = _area(times[True], times[False])
    mean = {kind: 1000 * sum(each) / len(each) for kind, each in times.items()}
    print(f"known {mean[True]:.1f} ms, unknown {mean[False]:.1f} ms, area {area:.3f}")
    least, most = _INDISTINCT
    return [] if least <= area <= most else [f"an account shows by its time: area {area:.3f}"]


def _one(app: Flask, email: str, number: int) -> float:
    """Seconds for one try, each from another network."""
    client, environ = app.test_client(), {"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"}
    form = {"email": email, "password": "not the password"}
    began = time.perf_counter()
    answer = client.post("/sign-in", data=form, environ_overrides=environ)
    took = time.perf_counter() - began
    assert answer.status_code == 200
    return took


def _area(ones: list[float], others: list[float]) -> float:
    """The chance that one of the first takes longer than one of the others."""
    ranked = sorted([(value, True) for value in ones] + [(value, False) for value in others])
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, start=1) if first)
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
