"""What would serve a request: topics in order, a kind of group, therapists and groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from groupmatch.database import Attributes, Json
from groupmatch.errors import Refused
from groupmatch.records import (
    Group,
    GroupKind,
    Request,
    RequestAvoid,
    RequestTherapist,
    RequestTopic,
    Therapist,
    Topic,
)


@dataclass(frozen=True)
class RequestWish:
    """What would serve one request. Topics are codes, first choices first."""

    topics: Sequence[str]
    kind: GroupKind = GroupKind.GROUP
    #: What the group must offer, by attribute name.
    requires: Attributes = field(default_factory=dict)
    #: Ids of therapists and groups.
    preferred_therapists: Sequence[str] = ()
    avoid_groups: Sequence[str] = ()
    avoid_therapists: Sequence[str] = ()
    external_id: str | None = None

    def facts(self) -> Json:
        """For the audit log; empty parts are left out."""
        found: Json = {
            "topics": list(self.topics),
            "kind": self.kind,
            "requires": self.requires,
            "preferred_therapists": sorted(self.preferred_therapists),
            "avoid_groups": sorted(self.avoid_groups),
            "avoid_therapists": sorted(self.avoid_therapists),
        }
        return {name: part for name, part in found.items() if part}


def wish_of(request: Request) -> RequestWish:
    """What would serve a request, as it is stored."""
    ranked = sorted(request.topics, key=lambda topic: topic.rank)
    return RequestWish(
        topics=[topic.topic_code for topic in ranked],
        kind=request.kind,
        requires=request.requires,
        preferred_therapists=sorted(each.therapist_id for each in request.preferences),
        avoid_groups=sorted(each.group_id for each in request.avoided if each.group_id),
        avoid_therapists=sorted(each.therapist_id for each in request.avoided if each.therapist_id),
        external_id=request.external_id,
    )


def write(request: Request, wish: RequestWish) -> None:
    """Write the parts of a new request."""
    for rank, code in enumerate(wish.topics, start=1):
        request.topics.append(RequestTopic(topic_code=code, rank=rank))
    for therapist_id in wish.preferred_therapists:
        request.preferences.append(RequestTherapist(therapist_id=therapist_id))
    for group_id in wish.avoid_groups:
        request.avoided.append(RequestAvoid(group_id=group_id))
    for therapist_id in wish.avoid_therapists:
        request.avoided.append(RequestAvoid(therapist_id=therapist_id))


def replace(session: Session, request: Request, former: RequestWish, wish: RequestWish) -> None:
    """Write the parts of a request anew, where they differ."""
    if former.facts() == wish.facts():
        return
    for rows in (request.topics, request.preferences, request.avoided):
        for row in list(rows):
            session.delete(row)
    # The old rows must be gone before new ones may repeat their keys.
    session.flush()
    session.expire(request, ["topics", "preferences", "avoided"])
    write(request, wish)


def refuse_unknown(session: Session, program_id: str, wish: RequestWish) -> None:
    """Raise Refused `topics_missing`, `unknown_topic`, `unknown_therapist` or `unknown_group`."""
    if not wish.topics:
        raise Refused("topics_missing")
    for code in wish.topics:
        if session.get(Topic, code) is None:
            raise Refused("unknown_topic", topic=code)
    for therapist_id in (*wish.preferred_therapists, *wish.avoid_therapists):
        therapist = session.get(Therapist, therapist_id)
        if therapist is None or therapist.program_id != program_id:
            raise Refused("unknown_therapist")
    for group_id in wish.avoid_groups:
        group = session.get(Group, group_id)
        if group is None or group.program_id != program_id:
            raise Refused("unknown_group")
