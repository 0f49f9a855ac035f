"""`python -m tests.shows.outages`: what the site rests on goes away, and comes back.

The disk is full, the database is stopped, another process locks it, the mail server is away for an
hour. Meanwhile people take seats and mails are written. Whoever is told "yes" must have their seat
when it is over, whoever is told to wait gets theirs by asking again, every mail arrives once, and
nothing is restarted but what was away. With `--careless` people are told "yes" whatever the
database says, PostgreSQL answers before it has written, and a mail is marked before it is sent:
then the same show must find losses. Prints a Markdown table; ends with exit code 1 if there was a
defect.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.shows import lost_database, lost_mail_server, lost_night
from tests.shows.lost_database import Told

OUTAGES: dict[str, Callable[[Path, float, bool], Told]] = {
    "disk full": lost_database.full_disk,
    "SQLite locked": lost_database.locked,
    "PostgreSQL stopped": lost_database.stopped,
    "PostgreSQL stopped at night": lost_night.stopped,
    "mail server away": lost_mail_server.away,
    "mail server hangs up": lost_mail_server.hangs_up,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.shows.outages")
    parser.add_argument("--seconds", type=float, default=30, help="of an outage (default 30)")
    parser.add_argument("--only", choices=list(OUTAGES), action="append")
    parser.add_argument("--careless", action="store_true", help="take the guards away")
    options = parser.parse_args()
    # What was away is told there, as it should be.
    logging.disable(logging.WARNING)
    defects = 0
    print("| outage | told yes | told to wait | lost | in the end |\n|---|---|---|---|---|")
    for name in options.only or OUTAGES:
        with tempfile.TemporaryDirectory() as folder:
            told = OUTAGES[name](Path(folder), options.seconds, options.careless)
        print(f"| {name} | {told.yes} | {told.wait} | {told.lost} | {told.ending} |", flush=True)
        defects += bool(told.lost or told.wrong)
        for text in told.wrong:
            print(f"DEFECT, {name}: {text}", file=sys.stderr)
    sys.exit(1 if defects else 0)


if __name__ == "__main__":
    main()
