"""`python -m tests.shows.matrix`: who may open what, asked of every route by everybody.

Each route of the URL map is asked by each principal for records of its own and of others; each
answer must be as the view declares, and what is others' must answer, word by word, as what is not
there. With `--without-guards` records are loaded by id alone: the same show must then find it.
Ends with exit code 1 if there was a mismatch.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from groupmatch.web.access import acting, loading
from tests.shows.fuzz import migrated
from tests.web.asking import asked
from tests.web.matrix import PRINCIPALS, alike, cells


def main(arguments: list[str]) -> int:
    """Ask, and tell what was found; 1 where there was a mismatch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-guards", action="store_true")
    chosen = parser.parse_args(arguments)
    # A refusal is what is looked for; the log would tell each of them.
    logging.disable(logging.CRITICAL)
    if chosen.without_guards:
        by_id = lambda record, record_id: acting.session().get(record, record_id)  # noqa: E731
        loading._in_program = loading._own = by_id
    number, wrong = 0, list[str]()
    with (
        tempfile.TemporaryDirectory(prefix="matrix-") as name,
        asked(migrated(Path(name)), Path(name)) as made,
    ):
        routes = len(list(made.app.url_map.iter_rules()))
        for principal in PRINCIPALS:
            found = [*cells(made, principal), *alike(made, principal)]
            number += len(found)
            wrong += [f"{principal.name}: {cell}" for cell in found if not cell.fits]
    print(f"{routes} routes × {len(PRINCIPALS)} principals: {number} answers, {len(wrong)} wrong")
    print("\n".join(wrong[:40]) or "no mismatch")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
