"""The links of a layout, shown to those who may follow them."""

from dataclasses import dataclass

from flask import current_app

from groupmatch.web import access


@dataclass(frozen=True)
class Link:
    """One place in the rail or the bottom bar."""

    label: str
    endpoint: str
    icon: str
    #: Set apart at the bottom of the rail.
    below: bool = False


def open_to_me(links: tuple[Link, ...]) -> list[Link]:
    """Those links that lead a member of staff to a page of their roles."""
    mine = access.roles()
    declared = ((link, access.declared(current_app, link.endpoint)) for link in links)
    return [link for link, needed in declared if needed is not None and needed.roles & mine]
