"""Accounts, invitations and roles."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from groupmatch.database import Database
from groupmatch.errors import Conflict, NotFound, Refused
from groupmatch.records import Account, OutboxMail, ProgramRole, StaffRole
from groupmatch.services.accounts import staff
from tests import cast as people
from tests.cast import NOW, Cast, make_cast


def _link(account: Account) -> str:
    return f"https://example.org/password/{account.id}"


def _mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMail.recipient).order_by(OutboxMail.recipient)))


def test_an_invitation_is_an_account_without_a_password_and_one_mail(database: Database) -> None:
    with database.transaction() as session:
        cast = make_cast(session)
        made = staff.invite_staff(
            session,
            cast.program,
            email=" Noor@example.org ",
            name="Noor Haddad",
            role=StaffRole.CLINICIAN,
            by=cast.ines.id,
            link=_link,
        )
    with database.read() as session:
        account = session.get_one(Account, made.id)
        assert (account.email, account.password) == ("Noor@example.org", None)
        assert [role.role for role in account.staff_roles] == [StaffRole.CLINICIAN]
        mail = session.scalars(select(OutboxMail)).one()
        assert mail.template == "invitation"
        assert mail.facts == {"link": _link(account)}


def test_a_second_role_uses_the_same_account(session: Session, cast: Cast) -> None:
    again = staff.invite_staff(
        session,
        cast.other_program,
        email="MARA@example.org",
        name="Mara",
        role=StaffRole.ADMIN,
        by=cast.ines.id,
        link=_link,
    )
    assert again is cast.mara
    session.refresh(again)
    assert len(again.staff_roles) == 2


def test_who_has_a_password_needs_no_invitation(session: Session, cast: Cast) -> None:
    staff.set_password(session, cast.mara, "correct horse battery", by=None)
    staff.invite_staff(
        session,
        cast.program,
        email=cast.mara.email,
        name="Mara",
        role=StaffRole.ADMIN,
        by=cast.ines.id,
        link=_link,
    )
    assert _mails(session) == []


def test_a_role_that_ended_is_given_again(session: Session, cast: Cast) -> None:
    role = session.scalars(select(ProgramRole).where(ProgramRole.account_id == cast.mara.id)).one()
    staff.end_role(session, role, by=cast.ines.id)
    assert role.ended_at == NOW
    staff.invite_staff(
        session,
        cast.program,
        email=cast.mara.email,
        name="Mara",
        role=StaffRole.COORDINATOR,
        by=cast.ines.id,
    )
    assert role.ended_at is None


def test_a_program_keeps_its_last_admin(session: Session, cast: Cast) -> None:
    role = session.scalars(select(ProgramRole).where(ProgramRole.account_id == cast.ines.id)).one()
    with pytest.raises(Conflict, match="last_admin"):
        staff.end_role(session, role, by=cast.ines.id)


def test_participants_and_therapists_are_invited_to_their_own_accounts(
    session: Session, cast: Cast
) -> None:
    nia = people.participant(session, cast.program, "Nia")
    noor = people.therapist(session, cast.program, "Noor")
    assert staff.invite_participant(session, nia, by=cast.mara.id, link=_link).participant_id
    assert staff.invite_therapist(session, noor, by=cast.mara.id, link=_link).therapist_id
    assert _mails(session) == ["nia@example.org", "noor@example.org"]


def test_inviting_again_sends_the_mail_again_and_makes_no_second_account(
    session: Session, cast: Cast
) -> None:
    nia = people.participant(session, cast.program, "Nia")
    first = staff.invite_participant(session, nia, by=cast.mara.id, link=_link)
    assert staff.invite_participant(session, nia, by=cast.mara.id, link=_link) is first
    assert len(_mails(session)) == 2


def test_an_address_is_one_persons(session: Session, cast: Cast) -> None:
    twin = people.participant(session, cast.program, "Twin", last_name="Quill")
    twin.email = "ADA@example.org"
    with pytest.raises(Conflict, match="email_taken"):
        staff.invite_participant(session, twin, by=cast.mara.id, link=_link)
    with pytest.raises(Conflict, match="email_of_participant"):
        staff.invite_staff(
            session,
            cast.program,
            email="ada@example.org",
            name="Ada",
            role=StaffRole.ADMIN,
            by=cast.ines.id,
        )


def test_without_an_address_there_is_no_account(session: Session, cast: Cast) -> None:
    nia = people.participant(session, cast.program, "Nia")
    nia.email = ""
    with pytest.raises(Refused, match="email_missing"):
        staff.invite_participant(session, nia, by=cast.mara.id, link=_link)


def test_a_new_password_ends_all_sessions(session: Session, cast: Cast) -> None:
    before = cast.mara.fs_uniquifier
    staff.set_password(session, cast.mara, "correct horse battery", by=None)
    assert cast.mara.fs_uniquifier != before
    assert cast.mara.password is not None
    assert cast.mara.password.startswith("$argon2id$")


def test_a_short_password_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refused, match="password_short"):
        staff.set_password(session, cast.mara, "elevenchars", by=None)


def test_a_lost_app_is_taken_off_and_its_owner_told(session: Session, cast: Cast) -> None:
    cast.mara.second_factor, cast.mara.totp_secret = "authenticator", "secret"
    cast.mara.recovery_codes, before = ["one"], cast.mara.fs_uniquifier
    staff.reset_second_factor(session, "MARA@example.org", by=None)
    assert (cast.mara.second_factor, cast.mara.totp_secret, cast.mara.recovery_codes) == (None,) * 3
    assert cast.mara.fs_uniquifier != before
    mail = session.scalars(select(OutboxMail)).one()
    assert (mail.template, mail.recipient) == ("second_factor_changed", "mara@example.org")
    with pytest.raises(NotFound, match="no_account"):
        staff.reset_second_factor(session, "nobody@example.org", by=None)
