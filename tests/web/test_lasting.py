"""Sign-ins end: by a click, by another browser, by sitting idle, by the day being over."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient

from groupmatch.database import Database
from groupmatch.services.accounts import sign_ins
from groupmatch.services.accounts.sign_in_policy import sign_in_policy

ClientOf = Callable[[str], FlaskClient]

MINUTE, HOUR = 60, 3600


def _is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.mark.parametrize(("name", "minutes"), [("Mara", 15), ("Cleo", 15), ("Ada", 30)])
def test_an_idle_sign_in_ends(
    client_of: ClientOf, clock_at_now: time_machine.Traveller, name: str, minutes: int
) -> None:
    client = client_of(name)
    clock_at_now.shift(minutes * MINUTE - 10)
    assert _is_in(client)
    clock_at_now.shift(minutes * MINUTE + 1)
    assert not _is_in(client)


def test_a_sign_in_ends_after_a_working_day_however_busy(
    client_of: ClientOf, clock_at_now: time_machine.Traveller
) -> None:
    client = client_of("Mara")
    for _ in range(12 * 6 - 1):
        clock_at_now.shift(10 * MINUTE)
        assert _is_in(client)
    clock_at_now.shift(10 * MINUTE)
    assert not _is_in(client)


def test_what_a_page_asks_by_itself_is_no_click(
    client_of: ClientOf, clock_at_now: time_machine.Traveller
) -> None:
    client = client_of("Mara")
    for _ in range(2):
        clock_at_now.shift(7 * MINUTE)
        client.get("/account/left", headers={"X-By-Itself": "yes"})
    left = int(client.get("/account/left", headers={"X-By-Itself": "yes"}).text)
    assert 0 < left <= MINUTE
    assert int(client.get("/account/left").text) > 14 * MINUTE
    clock_at_now.shift(2 * MINUTE)
    assert _is_in(client)


def test_a_cookie_kept_from_before_signing_out_is_of_no_use(client_of: ClientOf) -> None:
    client = client_of("Mara")
    kept = client.get_cookie("groupmatch")
    assert kept
    client.post("/sign-out")
    client.set_cookie("groupmatch", kept.value)
    assert not _is_in(client)


def test_without_the_database_that_cookie_would_open_everything(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the row in the database that ends."""
    client = client_of("Mara")
    kept = client.get_cookie("groupmatch")
    assert kept
    monkeypatch.setattr(sign_ins, "end", lambda *_: None)
    client.post("/sign-out")
    client.set_cookie("groupmatch", kept.value)
    assert _is_in(client)


def test_signing_out_everywhere_ends_every_browser(client_of: ClientOf) -> None:
    here, there, other = client_of("Mara"), client_of("Mara"), client_of("Ines")
    assert "in 1 other browser" in here.get("/account").text
    assert here.post("/account/sign-out-everywhere").location == "/sign-in"
    assert not _is_in(here)
    assert not _is_in(there)
    assert _is_in(other)


def test_every_page_knows_how_long_it_may_stay_open(client_of: ClientOf) -> None:
    page = client_of("Mara").get("/morning").text
    assert 'data-left="8' in page  # 899 or 900 seconds
    assert f'data-warning="{int(sign_in_policy().warning.total_seconds())}"' in page
    assert "After 15 minutes without a click you are signed out." in page


def test_not_every_click_writes(
    client_of: ClientOf, sqlite_database: Database, clock_at_now: time_machine.Traveller
) -> None:
    client, written = client_of("Mara"), []
    see = sign_ins.see
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_ins, "see", lambda *which: (written.append(which), see(*which)))
        for _ in range(5):
            clock_at_now.shift(15)
            client.get("/account")
    assert len(written) == 1
