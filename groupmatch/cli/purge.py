"""`groupmatch purge`: records whose years of keeping are over no longer tell whose they were."""

import click

from groupmatch.cli.opening import open_database
from groupmatch.services.privacy import purging


@click.command("purge")
@click.option("--yes", is_flag=True, help="Do it; without, it is only counted.")
def command(yes: bool) -> None:
    """Purge by the policy of config/retention.toml. It cannot be undone.

    Counts, seats and the audit log stay; backups made before still hold what is purged here.
    """
    database = open_database()
    if not yes:
        with database.read() as session:
            count = len(purging.due(session))
        click.echo(f"{count} people are due. Run it with --yes, after a backup.")
        return
    with database.transaction() as session:
        due = purging.due(session)
        for person in due:
            purging.purge(session, person, by=None)
        papers = purging.shred_papers(session)
        purging.forget_recipients(session)
    database.dispose()
    click.echo(f"Purged {len(due)} people, and the papers of {papers} old runs.")
