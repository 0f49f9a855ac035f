"""Reading answers as people do."""

import html
import re

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of a page's main part, without its markup and with single spaces."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    assert main, f"no page: {answer.status}"
    without_tags = re.sub(r"<[^>]+>", "", re.sub(r"<(br|div|p|li|h\d|dd|dt)\b", r" <\1", main[0]))
    return " ".join(html.unescape(without_tags).split())
