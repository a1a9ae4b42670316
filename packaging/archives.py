"""Archives with the same bytes for the same content: sorted, nobody's, and of the commit's time."""

import gzip
import io
import tarfile
import time
import zipfile

import project

# From 1, quick, to 9, small.
level = 9


def tar(path, files):
    """Writes a .tar.gz of `files`, a dict from path in the archive to (bytes, mode)."""
    when = project.commit_time()
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", level, raw, when) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, (content, mode) in sorted(files.items()):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(content), mode, when
                archive.addfile(entry, io.BytesIO(content))
    print(path)


def zip(path, files):
    """The same as a zip file, in the order of `files`."""
    when = time.gmtime(project.commit_time())[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, (content, mode) in files.items():
            entry = zipfile.ZipInfo(name, when)
            entry.create_system = 3  # Unix, whose modes these are
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    print(path)


def standalone(dist, triple, binary):
    """The archive with the program, its manual pages and the licences, which installers unpack."""
    folder = project.folder(triple)
    files = {f"{folder}/{project.program(triple)}": (binary, 0o755)}
    texts = [project.ROOT / "README.md", project.ROOT / "CHANGELOG.md", *project.LICENCES]
    files |= {f"{folder}/{text.name}": (text.read_bytes(), 0o644) for text in texts}
    for name, text in project.notices(triple).items():
        files[f"{folder}/licenses/{name}"] = (text, 0o644)
    for page in (project.ROOT / "docs/man").glob("*.1"):
        files[f"{folder}/man/{page.name}"] = (page.read_bytes(), 0o644)
    (zip if project.is_windows(triple) else tar)(dist / project.archive(triple), files)
