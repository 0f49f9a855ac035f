"""`groupmatch export-person`: everything that the site holds about one person, for the person."""

import json

import click

from groupmatch.cli.files import write_whole
from groupmatch.cli.opening import open_database
from groupmatch.records import Participant
from groupmatch.services.privacy.person_file import person_file


@click.command("export-person")
@click.argument("person_id", metavar="ID")
@click.option("--out", default="-", metavar="FILE.json", help="Where to write; - for the screen.")
def command(person_id: str, out: str) -> None:
    """Write one person's records as JSON; ID stands in the address of their page.

    The file is for the person and goes to nobody else without their consent: it names nobody
    else. That it was made is in the audit log.
    """
    database = open_database()
    with database.transaction() as session:
        person = session.get(Participant, person_id)
        if person is None:
            raise click.ClickException("There is nobody with this id.")
        made = person_file(session, person, by=None)
    database.dispose()
    try:
        write_whole(out, json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
