"""The Python wheel: pip puts the program itself on PATH, so that no Python starts with it."""

import base64
import hashlib

import archives
import project


def _digest(content):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def _metadata():
    package = project.PACKAGE
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project.NAME}",
        f"Version: {project.VERSION}",
        f"Summary: {package['description']}",
        f"Keywords: {','.join(package['keywords'])}",
        f"License-Expression: {package['license']}",
        *(f"License-File: {licence.name}" for licence in project.LICENCES),
        *([f"Project-URL: Source, {project.REPOSITORY}"] if project.IS_PUBLISHED else []),
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
        "",
        (project.ROOT / "README.md").read_text(),
    ]
    return "\n".join(lines).encode()


def wheel(dist, triple, binary):
    """Writes the wheel for one target. A static Linux program runs with any libc, so its wheel names both."""
    tags = project.target(triple)["wheel"]
    start = f"{project.NAME}-{project.VERSION}"
    about = "\n".join(
        [
            "Wheel-Version: 1.0",
            "Generator: toolcoach packaging",
            "Root-Is-Purelib: false",
            *(f"Tag: py3-none-{tag}" for tag in tags),
            "",
        ]
    )
    info = f"{start}.dist-info"
    files = {f"{start}.data/scripts/{project.program(triple)}": (binary, 0o755)}
    files |= {f"{info}/licenses/{text.name}": (text.read_bytes(), 0o644) for text in project.LICENCES}
    files |= {f"{info}/licenses/{name}": (text, 0o644) for name, text in project.notices(triple).items()}
    files |= {f"{info}/METADATA": (_metadata(), 0o644), f"{info}/WHEEL": (about.encode(), 0o644)}
    record = [f"{name},{_digest(content)},{len(content)}" for name, (content, _) in files.items()]
    # The list itself comes last, without a digest: so the specification of wheels says.
    files[f"{info}/RECORD"] = ("\n".join([*record, f"{info}/RECORD,,", ""]).encode(), 0o644)
    archives.zip(dist / f"{start}-py3-none-{'.'.join(tags)}.whl", files)
