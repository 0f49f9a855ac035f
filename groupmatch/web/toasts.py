"""What an act did, told once on the next page beside the button that undoes it."""

from flask import flash


def undoable(sentence: str, undo: str, **fields: str) -> None:
    """Say what was done; `undo` is the address that takes it back when the fields are posted."""
    # Flask's type says text, but what it keeps in the session may be anything JSON can tell.
    flash({"sentence": sentence, "undo": undo, "fields": fields}, "success")  # type: ignore[arg-type]
