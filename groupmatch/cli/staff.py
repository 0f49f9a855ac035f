"""`groupmatch staff`: give somebody a role, the first administrator above all."""

import click

from groupmatch.cli.opening import chosen_program, load_settings, open_database
from groupmatch.errors import Refused
from groupmatch.records import StaffRole
from groupmatch.refusals import sentence
from groupmatch.services.accounts import staff
from groupmatch.web import create_app
from groupmatch.web.sign_in import password_link


@click.group("staff")
def command() -> None:
    """Members of staff and their roles."""


@command.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues see it.")
@click.option("--role", type=click.Choice([role.value for role in StaffRole]), required=True)
@click.option("--program", metavar="NAME|ID", help="Needed where there are several.")
@click.option("--set-password", is_flag=True, help="Ask for a password here instead of a mail.")
def _invite(email: str, name: str, role: str, program: str | None, set_password: bool) -> None:
    """Give somebody a role in a program, with an account where they have none.

    An invitation goes into the outbox, which `groupmatch scheduler` sends. Where no mail is set up
    yet, as for the first administrator, use --set-password.
    """
    password = _asked_password() if set_password else None
    database = open_database()
    app = create_app(load_settings(), database)
    try:
        with app.test_request_context(), database.transaction() as session:
            account = staff.invite_staff(
                session,
                chosen_program(session, program),
                email=email,
                name=name,
                role=StaffRole(role),
                by=None,
                link=password_link if password is None else None,
            )
            if password is not None:
                staff.set_password(session, account, password, by=None)
            invited = account.password is None
    except Refused as refused:
        raise click.ClickException(sentence(refused)) from None
    finally:
        database.dispose()
    click.echo(f"{account.email} is {role} now.")
    if invited:
        click.echo("An invitation with a link to set a password is in the outbox.")


@command.command("reset-second-factor")
@click.argument("email")
def _reset_second_factor(email: str) -> None:
    """Take a lost authenticator app off somebody's account, of staff or not.

    Make sure first that it is they who ask: call them under the number that you know.
    """
    database = open_database()
    try:
        with database.transaction() as session:
            account = staff.reset_second_factor(session, email, by=None)
    except Refused as refused:
        raise click.ClickException(sentence(refused)) from None
    finally:
        database.dispose()
    click.echo(f"{account.email} signs in with the password, and sets an app up anew.")


def _asked_password() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
