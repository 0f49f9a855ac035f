"""What 42 CFR Part 2 asks of files that leave the site."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from groupmatch.records import Group, Participant, Request, RequestTopic, Topic

#: 42 CFR 2.32(a)(2), the short statement, which stands at the top of every such file.
NOTICE = "# 42 CFR part 2 prohibits unauthorized use or disclosure of these records."


def treats_under_part2(session: Session, program_id: str) -> bool:
    """Whether anybody in a program asks for, or any group is about, what Part 2 protects.

    Then that somebody is in care there at all may tell of it, so all its files are labelled.
    """
    groups = exists().where(
        Group.program_id == program_id, Group.topic_code == Topic.code, Topic.part2
    )
    asked = exists().where(
        Participant.program_id == program_id,
        Request.participant_id == Participant.id,
        RequestTopic.request_id == Request.id,
        RequestTopic.topic_code == Topic.code,
        Topic.part2,
    )
    return bool(session.scalar(select(or_(groups, asked))))
