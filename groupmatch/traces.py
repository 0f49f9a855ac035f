"""Where an error arose, without its text, which may quote what a person wrote."""

import traceback


def trace(error: BaseException) -> str:
    """The error's kind and the lines of code that led to it, for the log."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{type(error).__name__}\n{frames}"
