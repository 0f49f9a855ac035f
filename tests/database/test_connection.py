"""What the connection promises, whoever uses it."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import cast


def test_an_error_does_not_quote_the_people_it_was_about(session: Session) -> None:
    program = cast.program(session)
    with pytest.raises(IntegrityError) as caught:
        cast.participant(session, program, "Ada", last_name="Quill", timezone=None)
    assert "participant.timezone" in str(caught.value)
    assert "Quill" not in str(caught.value)
