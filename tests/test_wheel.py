"""A built wheel, installed in an empty environment, runs: everything it needs is inside."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.journeys.conftest import wait_for
from tests.postgres import free_port

ROOT = Path(__file__).parents[1]


@pytest.mark.xdist_group("journeys")
def test_a_wheel_stands_alone(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*build, str(ROOT)], check=True)
    wheel = next(tmp_path.glob("govapp-*.whl"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    python = str(tmp_path / "env" / "bin" / "python")
    into = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*into, "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*into, "--no-deps", str(wheel)], check=True)
    port = free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith(("GOVAPP_", "PYTHON"))}
    env |= {"GOVAPP_BIND": f"127.0.0.1:{port}", "GOVAPP_DEMO": "1"}
    govapp = str(tmp_path / "env" / "bin" / "govapp")
    for command in (["migrate"], ["demo", "load"]):
        subprocess.run([govapp, *command], env=env, cwd=tmp_path, check=True)
    server = subprocess.Popen([govapp, "serve"], env=env, cwd=tmp_path)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        page = urlopen(f"http://127.0.0.1:{port}/rounds/2").read().decode()
        assert "ทางลาดและราวจับในที่สาธารณะ" in page
        for line in page.split('"'):
            if line.startswith("/static/"):
                assert urlopen(f"http://127.0.0.1:{port}{line.split('#')[0]}").status == 200, line
    finally:
        server.terminate()
        server.wait(15)
