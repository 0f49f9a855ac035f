"""Where the shipped templates and configuration lie: inside the wheel, or beside the package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_MARKER = {"templates": "base.html", "config": "default.toml"}


def shipped(folder: str) -> Path:
    """Return the folder of a shipped resource, `templates` or `config`.

    The marker file keeps a stranger's `site-packages/templates` from being taken for ours.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        if (parent / folder / _MARKER[folder]).is_file():
            return parent / folder
    raise FileNotFoundError(f"{folder}/ is missing from this groupmatch install")
