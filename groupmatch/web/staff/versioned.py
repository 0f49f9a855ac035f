"""Two people on one page: the second one reads what changed, and overwrites nothing unread.

A form that changes a record carries what its reader saw: the record's version and a fingerprint
of each answer. Where somebody else changed an answer meanwhile, nothing is saved: what the reader
wrote is kept, answers that they had not touched show the other's, and the page tells what was
done and by whom. Sending the page again then is a decision.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request
from wtforms import Field

from groupmatch.database import Record
from groupmatch.services.audit import reading
from groupmatch.services.audit.history import History
from groupmatch.web.forms import Form
from groupmatch.web.transaction import session

Editable = TypeVar("Editable", bound=Record)


@dataclass(frozen=True)
class Seen:
    """What somebody read of a record."""

    version: int
    #: Acts that the audit log held of it.
    acts: int
    #: Name of an answer → fingerprint of it.
    answers: Mapping[str, str]

    def text(self) -> str:
        """As a page carries it."""
        return json.dumps([self.version, self.acts, self.answers])

    @classmethod
    def of(cls, text: str) -> "Seen | None":
        """From a page; None where a page carries none, or nonsense."""
        try:
            version, acts, answers = json.loads(text)
            return cls(int(version), int(acts), {str(k): str(v) for k, v in answers.items()})
        except (ValueError, TypeError, AttributeError):
            return None


@dataclass(frozen=True)
class Meanwhile:
    """What others did while the form was open, and labels of the answers that they changed."""

    acts: History
    changed: tuple[str, ...]
    #: Of these, the ones that the reader had changed as well: theirs stand in the form.
    both: tuple[str, ...]


def claimed(record: Editable) -> Editable:
    """The record, held and read anew where this request changes it."""
    if request.method == "POST":
        reading.claim(session(), record)
    return record


class VersionedForm(Form):
    """A form that changes a record. Give it the answers as they are, then call `watch`."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._given = given
        self._fresh = True

    def watch(self, subject: Record, *, version: int | None = None) -> None:
        """Compare the present answers with those that were read.

        The audit log tells the acts of the subject; where the form answers for another record,
        give that one's `version`, or 0 while there is none.
        """
        other = version is not None
        version = getattr(subject, "version", 0) if version is None else version
        present = self._present_prints()
        seen = Seen.of(request.form.get("read", ""))
        now = Seen(version, reading.acts_so_far(session(), subject), present)
        self.read = (seen or now).text()
        if seen is not None and seen.version != version:
            self._compare(seen, now, subject, always=other)

    def sent_fresh(self) -> bool:
        """Whether this request sends the form well, and nothing changed that it answers."""
        return self._fresh and self.sent_well()

    def _compare(self, seen: Seen, now: Seen, subject: Record, *, always: bool) -> None:
        names = [name for name in now.answers if seen.answers.get(name) != now.answers[name]]
        if not names and not always:
            return
        both = [
            name
            for name in names
            if _print(self[name]) not in (seen.answers.get(name), now.answers[name])
        ]
        for name in set(names) - set(both):
            _show(self[name], self._present[name].data)
        self._fresh, self.read = False, now.text()
        self.meanwhile = Meanwhile(
            acts=reading.acts_since(session(), subject, seen.acts),
            changed=tuple(self[name].label.text for name in names),
            both=tuple(self[name].label.text for name in both),
        )

    def _present_prints(self) -> dict[str, str]:
        self._present = type(self)(formdata=None, **self._given)
        names = [field.name for field in self if field.name != "csrf_token"]
        return {name: _print(self._present[name]) for name in names}


def _print(field: Field) -> str:
    value = json.dumps(field.data, default=str, sort_keys=True)
    return f"{zlib.crc32(value.encode()):08x}"


def _show(field: Field, value: Any) -> None:
    field.raw_data, field.data = None, value
