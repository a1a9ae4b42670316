#!/usr/bin/env python3
"""A linker script that lays out side by side what calls touch: layout.py MAP TRACE...

MAP is lld's map of the program; each TRACE is what valgrind's lackey printed of a call (--trace-mem=yes). Sections come in
the order in which they are touched first.
"""
import bisect
import re
import sys


def sections(path):
    """The start and size of the output sections that matter, and all input sections in them."""
    outputs, inputs = {}, []
    for line in open(path):
        row = re.match(r"\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)\s+\d+(\s+)(\S.*)$", line)
        if not row:
            continue
        start, size, name = int(row[1], 16), int(row[3], 16), row[5]
        if len(row[4]) == 1 and name in (".text", ".rodata"):
            outputs[name] = (start, start + size)
        elif ":(" in name and size:
            inputs.append((start, size, name.split(":(")[-1].rstrip(")")))
    return outputs, sorted(inputs)


def touched(outputs, inputs, traces):
    """The names of input sections, by output section, in the order of the first touch."""
    starts = [start for start, _, _ in inputs]
    seen, found = set(), {".text": [], ".rodata": []}
    for trace in traces:
        for line in open(trace):
            kind, address = line[:3].strip(), line[3:].split(",")[0]
            if kind not in ("I", "L", "M"):
                continue
            try:
                address = int(address, 16)
            except ValueError:
                continue
            at = bisect.bisect_right(starts, address) - 1
            if at < 0 or at in seen or address >= inputs[at][0] + inputs[at][1]:
                continue
            seen.add(at)
            for name, (start, end) in outputs.items():
                if start <= address < end:
                    found[name].append(inputs[at][2])
    return found


def main():
    outputs, inputs = sections(sys.argv[1])
    for output, names in touched(outputs, inputs, sys.argv[2:]).items():
        # What the linker merges, and what has no section of its own, stays where it is.
        own = [name for name in names if name.startswith(output + ".") and not re.match(r"\.rodata\.(cst|str)", name)]
        print(f"SECTIONS {{ {output}.first : {{")
        for name in dict.fromkeys(own):
            print(f"    *({name})")
        print(f"}} }} INSERT BEFORE {output};")


main()
