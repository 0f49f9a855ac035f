"""Reading and writing the files of the command line; `-` is standard input or output."""

import os
import sys
import tempfile
from pathlib import Path


def read_bytes(path: str) -> bytes:
    """The whole file. Raises `OSError` if there is none that can be read."""
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def write_whole(path: str, text: str) -> None:
    """Write the file whole or not at all: a reader sees the old content or the new.

    Raises `OSError` if the directory cannot be written.
    """
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
