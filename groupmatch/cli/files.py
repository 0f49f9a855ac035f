"""Reading and writing the files of the command line; `-` is standard input or output."""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def read_bytes(path: str) -> bytes:
    """The whole file. Raises `OSError` if there is none that can be read."""
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


@contextmanager
def lasting() -> Iterator[None]:
    """What is made inside lives as long as the command, so that nobody looks for garbage in it.

    Looking would take a third of the time in which a large problem is read.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def write_whole(path: str, text: str) -> None:
    """Write the file whole or not at all: a reader sees the old content or the new.

    Only a file can be replaced; a pipe or a device is written to. Raises `OSError` if the
    directory cannot be written.
    """
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
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
