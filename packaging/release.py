"""What is made once for all targets: checksums, installers, and the formula for Homebrew."""

import hashlib

import npm
import project

SYSTEMS = {"linux": "Linux", "darwin": "Darwin"}
# What `uname -m` calls a processor of Node's.
MACHINES = {"x64": ["x86_64", "amd64"], "arm64": ["aarch64", "arm64"]}


def _uname():
    """A line for each machine that the installer knows: what uname says, and the target."""
    lines = []
    for entry in project.TARGETS:
        system, processor = entry["npm"].split("-")
        if system in SYSTEMS:
            lines += [f"{SYSTEMS[system]}-{machine} {entry['target']}" for machine in MACHINES[processor]]
    return "\n".join(lines)


def _fill(dist, template, mode, values):
    text = (project.ROOT / "packaging" / template).read_text()
    for mark, value in values.items():
        text = text.replace(f"@{mark}@", value)
    path = dist / template
    path.write_text(text)
    path.chmod(mode)
    print(path)


def installers(dist):
    """The installers know their version, where its release is, and which archive is for which machine."""
    windows = [entry["target"] for entry in project.TARGETS if project.is_windows(entry["target"])]
    values = {
        "VERSION": project.VERSION,
        "RELEASE": project.download(),
        "TARGETS": _uname(),
        "WINDOWS": windows[0],
    }
    _fill(dist, "install.sh", 0o755, values)
    _fill(dist, "install.ps1", 0o644, values)


def _sums(dist):
    made = [path for path in sorted([*dist.iterdir(), *dist.glob("npm/*")]) if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in made if path.name != "SHA256SUMS"}


def formula(dist):
    """The formula, for those of Homebrew's systems whose archive is here."""
    sums = {path.name: digest for path, digest in _sums(dist).items()}
    blocks = []
    for system, title in {"darwin": "macos", "linux": "linux"}.items():
        inner = []
        for processor, name in {"arm64": "arm", "x64": "intel"}.items():
            for entry in project.TARGETS:
                archive = project.archive(entry["target"])
                if entry["npm"] == f"{system}-{processor}" and archive in sums:
                    inner += [
                        f"    on_{name} do",
                        f'      url "{project.REPOSITORY}/releases/download/v{project.VERSION}/{archive}"',
                        f'      sha256 "{sums[archive]}"',
                        "    end",
                    ]
        if inner:
            blocks += [f"  on_{title} do", *inner, "  end", ""]
    licences = ", ".join(f'"{name}"' for name in project.PACKAGE["license"].split(" OR "))
    values = {
        "DESCRIPTION": project.PACKAGE["description"].split(": ")[0],
        "HOMEPAGE": project.REPOSITORY,
        "VERSION": project.VERSION,
        "LICENCES": licences,
        "SYSTEMS": "\n".join(blocks).strip(),
    }
    _fill(dist, "toolcoach.rb", 0o644, values)


def checksums(dist):
    """SHA256SUMS, by bare names: a release has no folders."""
    lines = [f"{digest}  {path.name}\n" for path, digest in _sums(dist).items()]
    (dist / "SHA256SUMS").write_text("".join(lines))
    print(dist / "SHA256SUMS")


def release(dist):
    npm.main(dist)
    installers(dist)
    formula(dist)
    checksums(dist)


def check_complete(dist):
    """Refuses to make a release that lacks a target, or that points at no repository."""
    missing = [entry["target"] for entry in project.TARGETS if not (dist / project.archive(entry["target"])).exists()]
    if missing:
        raise SystemExit(f"{dist} has no archive for {', '.join(missing)}")
    if not project.IS_PUBLISHED:
        raise SystemExit(f"Cargo.toml names no published repository yet, but {project.REPOSITORY}")
