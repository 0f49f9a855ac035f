"""Which staff may do what: coordinators place people, clinicians decide on care, admins govern."""

from flask import current_app

from groupmatch.records import StaffRole
from groupmatch.web import access

coordinator = access.staff(StaffRole.COORDINATOR)
care_team = access.staff(StaffRole.COORDINATOR, StaffRole.CLINICIAN)


def may(endpoint: str) -> bool:
    """Whether the account's roles in the present program include a view."""
    needed = access.declared(current_app, endpoint)
    return needed is not None and bool(needed.roles & access.roles())
