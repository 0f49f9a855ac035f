"""Nights and what people make of their drafts. Anything may happen while a night is solving."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from sqlalchemy.orm import Session

from groupmatch import matching
from groupmatch.records import BundleState, Run
from groupmatch.services.drafts import drafts, publishing
from groupmatch.services.runs import nightly, runs
from tests.checked import solve
from tests.life.living import ANY, Living, one_of

_WORDS = [drafts.approve, drafts.unapprove, drafts.remove]


@dataclass(frozen=True)
class Night:
    """A run whose solver is done, and whose outcome is not kept yet."""

    run: str
    compiled: matching.Compiled
    solution: matching.Solution


class Nights(Living):
    """Runs, drafts, publishing."""

    @initialize()
    def no_night_yet(self) -> None:
        """The first night is yet to come."""
        self.night: Night | None = None

    @precondition(lambda self: self.night is None)
    @rule()
    def begin_night(self) -> None:
        """If tonight's run is due, it is claimed, compiled and solved."""

        def act(session: Session) -> str | None:
            on = nightly.is_due(self.program(session))
            return nightly.claim(session, nightly.Night(self.town.program, on)) if on else None

        run = self.act(act, by_person=False)
        if run:
            with self.database.read() as session:
                on = session.get_one(Run, run).local_date
                compiled = matching.compile_program(session, self.program(session), on=on)
            solution = solve(compiled.problem, explain="reasons", workers=1)
            self.night = Night(run, compiled, solution)

    @precondition(lambda self: self.night)
    @rule()
    def end_night(self) -> None:
        """What the night found becomes the draft."""
        night, self.night = self.night, None
        if night:
            self.act(
                lambda session: runs.keep(
                    session, session.get_one(Run, night.run), night.compiled, night.solution
                ),
                by_person=False,
            )

    @precondition(lambda self: self.night is None)
    @rule()
    def usual_night(self) -> None:
        """The next night runs, and all of its draft is approved and published."""
        self.traveller.shift(timedelta(days=1))
        self.begin_night()
        self.end_night()
        self.approve_all()
        self.publish()

    @rule(bundle=ANY, word=st.sampled_from(_WORDS))
    def decide_on_a_bundle(self, bundle: int, word: Callable[..., None]) -> None:
        """A coordinator approves a bundle, takes that back, or removes it."""

        def act(session: Session) -> None:
            draft = drafts.current_draft(session, self.program(session))
            if draft.bundles:
                word(session, one_of(draft.bundles, bundle), by=self.town.coordinator)

        self.act(act)

    @rule()
    def approve_all(self) -> None:
        """A coordinator approves what is left."""

        def act(session: Session) -> None:
            draft = drafts.current_draft(session, self.program(session))
            for bundle in draft.in_state(BundleState.PROPOSED):
                drafts.approve(session, bundle, by=self.town.coordinator)

        self.act(act)

    @rule()
    def publish(self) -> None:
        """A coordinator publishes what is approved."""
        self.act(
            lambda session: publishing.publish(
                session, self.program(session), by=self.town.coordinator
            )
        )
