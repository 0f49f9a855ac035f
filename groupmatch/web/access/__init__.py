"""Who may call what, and the only ways to load a record in a view.

Every view declares who may call it, by a decorator beneath its route:

    @blueprint.get("/groups/<group_id>")
    @access.staff(StaffRole.COORDINATOR)
    def group(group_id: str) -> str:
        group = access.group_or_404(group_id)

A view that declares nothing is never reached. Records are loaded within the caller's reach; one
that is not theirs and one that does not exist answer alike.
"""

from groupmatch.web.access.acting import (
    account,
    choose_program,
    held_roles,
    participant_self,
    program,
    programs,
    roles,
    therapist_self,
)
from groupmatch.web.access.declaring import (
    Access,
    Who,
    admin,
    anyone,
    declared,
    init_app,
    participant,
    signed_in,
    staff,
    therapist,
)
from groupmatch.web.access.loading import (
    bundle_or_404,
    consent_or_404,
    entry_or_404,
    finding_or_404,
    group_or_404,
    holiday_or_404,
    led_group_or_404,
    led_session_or_404,
    merge_or_404,
    offer_or_404,
    own_offer_or_404,
    own_request_or_404,
    own_seat_or_404,
    own_switch_or_404,
    participant_or_404,
    plan_or_404,
    request_or_404,
    run_or_404,
    seat_or_404,
    session_or_404,
    switch_or_404,
    task_or_404,
    therapist_or_404,
)

__all__ = [
    "Access",
    "Who",
    "account",
    "admin",
    "anyone",
    "bundle_or_404",
    "choose_program",
    "consent_or_404",
    "declared",
    "entry_or_404",
    "finding_or_404",
    "group_or_404",
    "held_roles",
    "holiday_or_404",
    "init_app",
    "led_group_or_404",
    "led_session_or_404",
    "merge_or_404",
    "offer_or_404",
    "own_offer_or_404",
    "own_request_or_404",
    "own_seat_or_404",
    "own_switch_or_404",
    "participant",
    "participant_or_404",
    "participant_self",
    "plan_or_404",
    "program",
    "programs",
    "request_or_404",
    "roles",
    "run_or_404",
    "seat_or_404",
    "session_or_404",
    "signed_in",
    "staff",
    "switch_or_404",
    "task_or_404",
    "therapist",
    "therapist_or_404",
    "therapist_self",
]
