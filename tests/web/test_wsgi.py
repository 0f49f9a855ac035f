"""The application as a server loads it."""

import os
import subprocess
import sys
from pathlib import Path

_LOADED = """
import sys
from groupmatch.web.wsgi import application
usual = sys.getswitchinterval()
application()
print(usual / sys.getswitchinterval())
"""


def test_a_thread_that_works_leaves_its_turn_to_a_page_sooner_than_python_has_it(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "GROUPMATCH_DATA": str(tmp_path)}
    loaded = subprocess.run(
        [sys.executable, "-c", _LOADED], env=environment, capture_output=True, text=True, check=True
    )
    assert float(loaded.stdout) >= 10
