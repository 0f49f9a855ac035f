"""The made-up program of `groupmatch demo`: from `config/demo.toml` and seeded chance.

Everything is made by the same services that people use, so that nothing in it is impossible.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from groupmatch.records import Account, Program, StaffRole
from groupmatch.services.accounts import staff
from groupmatch.services.demo_program import members, past, waiting
from groupmatch.services.demo_program.crowd import Crowd
from groupmatch.services.demo_program.offer import catalog, open_groups
from groupmatch.services.groups import groups
from groupmatch.services.programs import programs

_SEED = 20261122


@dataclass(frozen=True)
class DemoAccounts:
    """Ids of the accounts with a one-click sign-in."""

    coordinator: str
    participant: str
    therapist: str


def create_demo(session: Session, *, now: datetime, seed: int = _SEED) -> DemoAccounts:
    """Create the demo program as of an instant: about 250 people, of whom some forty wait.

    The same seed and local date give the same people, groups and wishes; ids are random.
    """
    facts = catalog()
    program = programs.create_program(session, by=None, **facts["program"])
    today = now.astimezone(ZoneInfo(program.timezone)).date()
    coordinator = _coordinator(session, program, facts["staff"]["coordinator"])
    offer = open_groups(session, program, today)
    crowd = Crowd(session, program, offer, facts, today, seed)
    # Everything is written when somebody is seated: flushing before each query would take longer.
    with session.no_autoflush:
        members.seat_switchers(crowd)
        members.fill_tracks(crowd)
        members.fill_groups(crowd)
    participant = waiting.admit(crowd, facts["staff"]["participant"])
    for group, days in offer.ending.items():
        last_on = today + timedelta(days=days)
        groups.end_group(session, group, last_on=last_on, by=coordinator.id, reason="low demand")
    waiting.hold_offers_out(crowd, by=coordinator.id)
    session.flush()
    past.look_back(crowd, facts["past"], now=now, by=coordinator.id)
    past.look_ahead(crowd, facts["coming"], by=coordinator.id)
    return DemoAccounts(
        coordinator=coordinator.id,
        participant=staff.invite_participant(session, participant, by=None).id,
        therapist=staff.invite_therapist(
            session, offer.therapist(facts["staff"]["therapist"]), by=None
        ).id,
    )


def _coordinator(session: Session, program: Program, name: str) -> Account:
    """One person who coordinates, administers, and decides as a clinician."""
    email = f"{name.split()[0].lower()}@lakeside.example.org"
    for role in StaffRole:
        account = staff.invite_staff(session, program, email=email, name=name, role=role, by=None)
    session.flush()
    return account
