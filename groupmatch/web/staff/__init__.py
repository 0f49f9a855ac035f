"""The pages of staff: one module a page family, each with its blueprint."""

from datetime import date

from flask import Flask

from groupmatch.language import later
from groupmatch.settings import Settings
from groupmatch.web.navigation import Link

#: The rail, from top to bottom.
NAVIGATION: tuple[Link, ...] = (
    Link(later("Morning"), "morning.show", "sunrise"),
    Link(later("Draft"), "draft.show", "clipboard-check"),
    Link(later("People"), "people.index", "people"),
    Link(later("Groups"), "groups.index", "calendar-week"),
    Link(later("Requests"), "requests.index", "arrow-left-right"),
    Link(later("Shortage"), "findings.shortage", "bar-chart"),
    Link(later("Therapists"), "therapists.index", "person-badge"),
    Link(later("Runs"), "runs.index", "arrow-repeat"),
    Link(later("Reports"), "reports.show", "file-earmark-text"),
    Link(later("Emergency"), "emergencies.open_person", "life-preserver", below=True),
    Link(later("Admin"), "admin.program", "gear", below=True),
)

#: Where the header's search leads with `?q=`.
SEARCH_ENDPOINT = "people.index"


def init_app(app: Flask, settings: Settings) -> None:
    """Mount the pages, and give templates what only staff pages say."""
    # Pages that share a blueprint add their routes to it when they are imported.
    from groupmatch.web.staff import (  # noqa: F401
        admin,
        admin_rules,
        admin_tables,
        audit_log,
        draft,
        draft_offers,
        draft_swaps,
        draft_undo,
        emergencies,
        findings,
        group_form,
        groups,
        holidays,
        merging,
        morning,
        people,
        person_apart,
        person_discharge,
        person_gates,
        person_hours,
        person_measures,
        person_plans,
        person_requests,
        person_seats,
        reports,
        requests,
        runs,
        sessions,
        switching,
        therapists,
        what_if,
    )
    from groupmatch.web.staff.hours import asked_hours, group_hours, week_in_words
    from groupmatch.web.staff.roles import may

    app.jinja_env.globals.update(
        may=may,
        asked_hours=asked_hours,
        group_hours=group_hours,
        week_in_words=week_in_words,
        day_of=date.fromisoformat,
    )
    runs.init_app(app, settings)
    families = (
        morning,
        draft,
        findings,
        people,
        groups,
        sessions,
        holidays,
        requests,
        therapists,
        runs,
        reports,
        emergencies,
        admin,
    )
    for family in families:
        app.register_blueprint(family.blueprint)
