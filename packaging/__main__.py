"""Makes packages: `python3 packaging target TARGET PROGRAM` those of a target, then `python3 packaging release [--complete]`
those that name them all. With --complete every target must be there. They go to target/dist, or where --dist says."""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import archives
import npm
import project
import release
import wheel


def main():
    parser = argparse.ArgumentParser(prog="packaging", description=__doc__)
    parser.add_argument("--dist", type=Path, default=project.ROOT / "target/dist")
    parser.add_argument("--level", type=int, default=archives.level, help="of compression: 1, quick, to 9, small")
    commands = parser.add_subparsers(dest="command", required=True)
    target = commands.add_parser("target")
    target.add_argument("target")
    target.add_argument("program", type=Path)
    commands.add_parser("release").add_argument("--complete", action="store_true")
    options = parser.parse_args()
    archives.level = options.level
    options.dist.mkdir(parents=True, exist_ok=True)
    if options.command == "target":
        binary = options.program.read_bytes()
        for pack in (archives.standalone, npm.platform, wheel.wheel):
            pack(options.dist, options.target, binary)
        return
    if options.complete:
        release.check_complete(options.dist)
    release.release(options.dist)


main()
