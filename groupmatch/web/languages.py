"""Pages speak the language that the browser asks for, where there is a catalog of it."""

from flask import Flask, request

from groupmatch import language


def init_app(app: Flask) -> None:
    """Choose the language before each request; templates know it as `language()`."""
    language.install(app.jinja_env)
    app.jinja_env.globals["language"] = language.spoken
    app.before_request(_choose)


def _choose() -> None:
    offered = language.offered()
    if len(offered) > 1:
        language.speak(request.accept_languages.best_match(offered, language.SOURCE))
