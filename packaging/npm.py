"""The npm packages: one for each platform with the program, and the main one that depends on all of them.

npm installs the platform's own package only, since each names its `os` and `cpu`. Nothing is downloaded by a script.
"""

import json

import archives
import project


def name(entry):
    """The package of a platform. The launcher makes the same name from Node's platform and processor."""
    return f"@{project.NAME}/{entry['npm']}"


def _manifest(package, description, **more):
    manifest = {
        "name": package,
        "version": project.VERSION,
        "description": description,
        "license": project.PACKAGE["license"].join("()"),
    }
    if project.IS_PUBLISHED:
        manifest["repository"] = {"type": "git", "url": f"git+{project.REPOSITORY}.git"}
    return (json.dumps(manifest | more, indent=2) + "\n").encode(), 0o644


def _pack(dist, package, files):
    files |= {text.name: (text.read_bytes(), 0o644) for text in project.LICENCES}
    folder = dist / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{package.lstrip('@').replace('/', '-')}-{project.VERSION}.tgz"
    archives.tar(path, {f"package/{inner}": content for inner, content in files.items()})


def platform(dist, triple, binary):
    """The package with the program for one platform."""
    entry = project.target(triple)
    system, processor = entry["npm"].split("-")
    manifest = _manifest(
        name(entry),
        f"The program {project.NAME} for {system} on {processor}; install the package {project.NAME}",
        os=[system],
        cpu=[processor],
        preferUnplugged=True,
    )
    _pack(dist, name(entry), {"package.json": manifest, f"bin/{project.program(triple)}": (binary, 0o755)})


def main(dist):
    """The package that people name, with the launcher."""
    launcher = (project.ROOT / "packaging/npm/launcher.js").read_bytes()
    manifest = _manifest(
        project.NAME,
        project.PACKAGE["description"],
        keywords=project.PACKAGE["keywords"],
        bin={project.NAME: "bin/launcher.js"},
        engines={"node": ">=14"},
        optionalDependencies={name(entry): project.VERSION for entry in project.TARGETS},
    )
    readme = (project.ROOT / "README.md").read_bytes()
    files = {"package.json": manifest, "README.md": (readme, 0o644), "bin/launcher.js": (launcher, 0o755)}
    _pack(dist, project.NAME, files)
