"""The wheel holds everything: packages, templates, static files, configuration, migrations."""

import configparser
import os
import re
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Folders of the repository that live inside the package once installed.
MAPPED = {"groupmatch.templates": "templates", "groupmatch.config": "config"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, files):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


def test_every_package_of_the_tree_is_listed_by_hand_in_setup_cfg() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    listed = set(settings["options"]["packages"].split())
    tree = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("groupmatch", "solver")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert listed == tree | set(MAPPED)


def test_every_file_of_the_tree_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for top in ("groupmatch", "solver")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    } | {
        "groupmatch/" + path.relative_to(ROOT).as_posix()
        for folder in MAPPED.values()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    tools_only = {"groupmatch/config/ruff.toml", "groupmatch/config/djlint.toml"}
    assert wanted - tools_only <= inside
    assert not [name for name in inside if name.startswith(("templates/", "config/", "tests/"))]


def test_the_installed_wheel_serves_a_page_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = environment / "lib" / version / "site-packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet",
         "--target", site, wheel],
        check=True,
    )  # fmt: skip
    # Dependencies come from the environment of the tests; its editable groupmatch does not,
    # because path files are read from the environment's own site-packages only.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GROUPMATCH_", "PYTHON", "DATABASE_URL", "PORT"))
    } | {"GROUPMATCH_DATA": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
    where = subprocess.run(
        [python, "-c", "import groupmatch, solver; print(groupmatch.__file__, solver.__file__)"],
        cwd=tmp_path, env=surroundings, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert all(path.startswith(str(site)) for path in where)

    command = [python, "-m", "groupmatch"]
    subprocess.run(
        [*command, "db", "upgrade"],
        cwd=tmp_path, env=surroundings, check=True, capture_output=True,
    )  # fmt: skip
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        address = _address(server)
        page = urllib.request.urlopen(f"{address}/", timeout=20)
        assert page.status == 200
        text = page.read().decode()
        assert "<html" in text
        stylesheet = re.search(r'href="(/static/[^"]+\.css[^"]*)"', text)
        assert stylesheet, "the page names a stylesheet of ours"
        assert urllib.request.urlopen(address + stylesheet[1], timeout=20).status == 200
    finally:
        server.terminate()
        server.communicate(timeout=20)


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout
    end = time.monotonic() + 30
    said = []
    while time.monotonic() < end and (line := server.stdout.readline()):
        said.append(line)
        if found := re.search(r"http://[\d.]+:\d+", line):
            return found[0]
    raise AssertionError("the server did not say where it listens: " + "".join(said))
