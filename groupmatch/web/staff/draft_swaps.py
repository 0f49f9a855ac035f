"""Other options for an entry of the draft, and swapping to one."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from groupmatch import clock
from groupmatch.language import gettext
from groupmatch.matching import SolvedRun, Step
from groupmatch.services.drafts import swapping
from groupmatch.services.runs.solved_runs import last_run
from groupmatch.web import access, transaction
from groupmatch.web.solved import solved_runs
from groupmatch.web.staff import roles
from groupmatch.web.staff.draft import blueprint, match_rest, to_draft, view
from groupmatch.web.transaction import session

#: How long a page waits for the run to be laid out before it says so and looks again.
_PATIENCE = 1.0


@blueprint.get("/entries/<entry_id>/options")
@roles.coordinator
def options(entry_id: str) -> str:
    """Where else somebody could go, and who would go elsewhere for it."""
    entry = access.entry_or_404(entry_id)
    last = last_run(session(), entry.bundle.program_id)
    known = last is not None and last.id == entry.bundle.run_id
    run = _laid_out(entry.bundle.run_id) if known else None
    return render_template(
        "staff/draft/options.html",
        entry=entry,
        known=known,
        laid_out=run is not None,
        swaps=swapping.swaps(session(), entry, run) if run else [],
        view=view(),
        today=clock.today(access.program().timezone),
    )


@blueprint.post("/entries/<entry_id>/swap")
@roles.coordinator
def swap(entry_id: str) -> Response:
    """Take an option instead."""
    entry = access.entry_or_404(entry_id)
    steps = [Step(*each.split(":", 1)) for each in request.form.getlist("step") if ":" in each]
    swapping.swap(session(), entry, steps, by=access.account().id)
    match_rest()
    flash(
        gettext("Swapped. It waits to be approved with whoever goes elsewhere for it."), "success"
    )
    return to_draft(entry.bundle_id)


def _laid_out(run_id: str) -> SolvedRun | None:
    """A run with its draft as it stands, if that is here within a moment."""
    kept = solved_runs()
    edits = swapping.edits(session(), run_id)
    run = kept.get(transaction.database(), run_id, edits)
    if run is None:
        kept.wait(_PATIENCE)
        run = kept.get(transaction.database(), run_id, edits)
    return run
