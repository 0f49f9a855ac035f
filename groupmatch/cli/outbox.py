"""`groupmatch outbox`: mails that could not be delivered, and another try."""

import click

from groupmatch.cli.opening import open_database
from groupmatch.services.mail import outbox


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List the mails that nobody tries to send any more: when written, which text, its id.

    Addresses are not shown; the mail server's own log has them by the Message-ID.
    """
    if context.invoked_subcommand:
        return
    database = open_database()
    with database.read() as session:
        dead = outbox.dead_letters(session)
    database.dispose()
    for mail in dead:
        click.echo(f"{mail.created_at:%F %R} UTC  {mail.template:<16}  {mail.id}")
    if not dead:
        click.echo("No mail is given up.")


@command.command("retry")
def _retry() -> None:
    """Try all of them again, from now on as often as a new mail."""
    database = open_database()
    with database.transaction() as session:
        count = outbox.retry_dead_letters(session)
    database.dispose()
    click.echo(f"{count} mails are tried again.")
