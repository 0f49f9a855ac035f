"""The tables, one noun a file. Importing this package knows them all."""

from groupmatch.records.account import Account, ProgramRole, StaffRole
from groupmatch.records.apart import ApartPair
from groupmatch.records.audit import AuditEntry
from groupmatch.records.availability import Availability, AvailabilityException, Fit
from groupmatch.records.calendar_feed import CalendarFeed
from groupmatch.records.draft import BundleState, DraftBundle, DraftEntry, EntryKind
from groupmatch.records.emergency import EmergencyAccess
from groupmatch.records.finding import Finding, FindingKind, FindingState, Verdict
from groupmatch.records.gate import Gate, GateKind
from groupmatch.records.group import (
    MEETING_STATES,
    Admission,
    Group,
    GroupEntry,
    GroupKind,
    GroupLeader,
    GroupLimit,
    GroupStatus,
    Meeting,
    leads_from,
    leads_on,
)
from groupmatch.records.leaving import leaving, still_comes
from groupmatch.records.measure import MeasureScore
from groupmatch.records.merge import GroupMerge, MergeAnswer, MergeConsent, still_asked
from groupmatch.records.offer import LIVE_OFFERS, DeclineReason, Offer, OfferState
from groupmatch.records.outbox import OutboxMail
from groupmatch.records.participant import Participant, ParticipantStatus
from groupmatch.records.payer import Payer, PayerRule
from groupmatch.records.program import Program
from groupmatch.records.request import (
    Pin,
    PinKind,
    Plan,
    Request,
    RequestAvoid,
    RequestChoice,
    RequestStatus,
    RequestTherapist,
    RequestTopic,
)
from groupmatch.records.run import JobRun, Run, RunKind, RunState, SchedulerSign, Unplaced
from groupmatch.records.seat import (
    HELD_STATES,
    NEVER_BEGUN,
    SEAT_FOLLOWS,
    EndReason,
    Seat,
    SeatState,
)
from groupmatch.records.session import (
    CAME,
    Attendance,
    CancelReason,
    GroupSession,
    Holiday,
    Presence,
    SessionState,
)
from groupmatch.records.sign_in import SignIn, SignInAttempt
from groupmatch.records.switch import (
    OPEN_SWITCHES,
    SwitchKind,
    SwitchReason,
    SwitchRequest,
    SwitchState,
)
from groupmatch.records.task import Task, TaskKind
from groupmatch.records.therapist import CompactRegion, License, Therapist
from groupmatch.records.topic import GroupType, LevelOfCare, Topic

__all__ = [
    "CAME",
    "HELD_STATES",
    "LIVE_OFFERS",
    "MEETING_STATES",
    "NEVER_BEGUN",
    "OPEN_SWITCHES",
    "SEAT_FOLLOWS",
    "Account",
    "Admission",
    "ApartPair",
    "Attendance",
    "AuditEntry",
    "Availability",
    "AvailabilityException",
    "BundleState",
    "CalendarFeed",
    "CancelReason",
    "CompactRegion",
    "DeclineReason",
    "DraftBundle",
    "DraftEntry",
    "EmergencyAccess",
    "EndReason",
    "EntryKind",
    "Finding",
    "FindingKind",
    "FindingState",
    "Fit",
    "Gate",
    "GateKind",
    "Group",
    "GroupEntry",
    "GroupKind",
    "GroupLeader",
    "GroupLimit",
    "GroupMerge",
    "GroupSession",
    "GroupStatus",
    "GroupType",
    "Holiday",
    "JobRun",
    "LevelOfCare",
    "License",
    "MeasureScore",
    "Meeting",
    "MergeAnswer",
    "MergeConsent",
    "Offer",
    "OfferState",
    "OutboxMail",
    "Participant",
    "ParticipantStatus",
    "Payer",
    "PayerRule",
    "Pin",
    "PinKind",
    "Plan",
    "Presence",
    "Program",
    "ProgramRole",
    "Request",
    "RequestAvoid",
    "RequestChoice",
    "RequestStatus",
    "RequestTherapist",
    "RequestTopic",
    "Run",
    "RunKind",
    "RunState",
    "SchedulerSign",
    "Seat",
    "SeatState",
    "SessionState",
    "SignIn",
    "SignInAttempt",
    "StaffRole",
    "SwitchKind",
    "SwitchReason",
    "SwitchRequest",
    "SwitchState",
    "Task",
    "TaskKind",
    "Therapist",
    "Topic",
    "Unplaced",
    "Verdict",
    "leads_from",
    "leads_on",
    "leaving",
    "still_asked",
    "still_comes",
]
