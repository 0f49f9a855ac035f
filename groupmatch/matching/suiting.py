"""The groups of a compiled part of a program that one request could ask for."""

from collections.abc import Collection

from groupmatch.matching.compile import Compiled
from groupmatch.records import Request


def names(compiled: Compiled, request: Request, groups: Collection[str]) -> list[tuple[str, str]]:
    """Those of some groups that the request could ask for, each with its name in the problem."""
    if request.id not in compiled.standings:
        return []
    topics = {topic.topic_code for topic in request.topics}
    hours = (
        hour for group in groups for hour in compiled.wishes.hours_of(group, request.participant)
    )
    return [(hour.group.id, hour.id) for hour in hours if hour.group.topic_code in topics]
