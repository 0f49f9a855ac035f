"""Addresses that stand on page after page: of stylesheets, of the places in a layout.

They follow from the URL map alone, so each is put together once, and not by every page anew.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, request


def init_app(app: Flask) -> None:
    """Let templates write `fixed_url("morning.show")`: `url_for`, for what is on every page."""

    @lru_cache(maxsize=256)
    def made(_mounted_at: str, endpoint: str, **values: Any) -> str:
        return app.url_for(endpoint, **values)

    def fixed_url(endpoint: str, **values: Any) -> str:
        return made(request.root_path, endpoint, **values)

    app.jinja_env.globals["fixed_url"] = fixed_url
