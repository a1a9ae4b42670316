"""What every package says of the project, from Cargo.toml, and the list of its targets."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import cargo

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = cargo.package(ROOT / "Cargo.toml")
NAME = PACKAGE["name"]
VERSION = PACKAGE["version"]
REPOSITORY = PACKAGE["repository"]
# Until there is a published repository, nothing may point at one.
IS_PUBLISHED = "OWNER/REPOSITORY" not in REPOSITORY
TARGETS = json.loads((ROOT / "packaging/targets.json").read_text())
LICENCES = sorted(ROOT.glob("LICENSE-*"))


def notices(triple):
    """The licences of everything that is linked in, a dict from file name to bytes (scripts/notices)."""
    target(triple)
    if shutil.which("jq") is None:
        print("jq is missing: without the licences of what is linked in")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / "scripts/notices", triple, folder], check=True)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def commit_time():
    """The time of the commit, s since 1970: the same commit makes the same bytes."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    asked = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True)
    # A zip file knows no year before 1980.
    return int(asked.stdout or 315_619_200)


def target(triple):
    """The entry of the list with this Rust target."""
    for entry in TARGETS:
        if entry["target"] == triple:
            return entry
    raise SystemExit(f"packaging/targets.json has no target {triple}")


def is_windows(triple):
    return "-windows-" in triple


def program(triple):
    """The program's file name on the target."""
    return NAME + (".exe" if is_windows(triple) else "")


def folder(triple):
    """The name of the archive without its ending, and of the folder in it."""
    return f"{NAME}-{VERSION}-{triple}"


def archive(triple):
    return folder(triple) + (".zip" if is_windows(triple) else ".tar.gz")


def download():
    """Where the files of this version's release are; empty before the first one."""
    return f"{REPOSITORY}/releases/download/v{VERSION}" if IS_PUBLISHED else ""
