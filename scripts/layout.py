#!/usr/bin/env python3
"""A linker script that lays out side by side what calls touch: layout.py MAP TRACE...

MAP is lld's map of the program; each TRACE is what valgrind's lackey printed of a call (--trace-mem=yes). What most calls
touch comes first; of what as many calls touch, what is touched earlier.
"""
import bisect
import collections
import re
import sys

# Where the part that calls touch goes, by output section. The program's headers, which the C library reads, come before
# .gcc_except_table, and the last page of .data has room for the first variables of .bss.
BEFORE = {".text": ".text", ".rodata": ".gcc_except_table", ".bss": ".bss"}

# A constant that is larger is a table, touched here and there. It comes last.
LARGE = 16 << 10


def sections(path):
    """Start and end of the output sections that matter, and start, size and name of all input sections."""
    outputs, inputs = {}, []
    for line in open(path):
        row = re.match(r"\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)\s+\d+(\s+)(\S.*)$", line)
        if not row:
            continue
        start, size, name = int(row[1], 16), int(row[3], 16), row[5]
        if len(row[4]) == 1 and name in BEFORE:
            outputs[name] = (start, start + size)
        elif ":(" in name and start and size:
            inputs.append((start, size, name))
    return outputs, sorted(inputs)


def pattern(name):
    """What names this input section in a linker script, if anything does."""
    file, section = re.match(r"(.*):\((.*)\)$", name).groups()
    if re.match(r"\.rodata\.(cst|str)", section):
        return None  # what the linker merges
    if section not in BEFORE and section != "COMMON":
        return f"*({section})"
    # The C library's files have one function each.
    if member := re.search(r"/([^/]+\.a)\((.+)\)$", file):
        return f"*{member[1]}:{member[2]}({section})"
    if start := re.search(r"/(crt\w+\.o)$", file):
        return f"*{start[1]}({section})"
    return None


def touched(inputs, traces):
    """The indexes of the input sections that calls touch, in the order to lay them out."""
    starts = [start for start, _, _ in inputs]
    first, calls = {}, collections.Counter()
    for trace in traces:
        seen = set()
        for line in open(trace):
            # Instructions, loads, stores, and changes; the tool's own messages begin with "=".
            if not (access := re.match(r"(?:I | L| S| M) +([0-9a-f]+),", line)):
                continue
            address = int(access[1], 16)
            at = bisect.bisect_right(starts, address) - 1
            if at >= 0 and address < inputs[at][0] + inputs[at][1]:
                seen.add(at)
                first.setdefault(at, len(first))
        calls.update(seen)
    is_table = lambda at: inputs[at][1] > LARGE and ".rodata" in inputs[at][2]
    return sorted(first, key=lambda at: (is_table(at), -calls[at], first[at]))


def main():
    outputs, inputs = sections(sys.argv[1])
    order = touched(inputs, sys.argv[2:])
    for output, successor in BEFORE.items():
        start, end = outputs[output]
        names = [pattern(inputs[at][2]) for at in order if start <= inputs[at][0] < end]
        # All merged numbers together are a few pages.
        names[:0] = [f"*({output}.cst{size})" for size in (4, 8, 16, 32)] if output == ".rodata" else []
        print(f"SECTIONS {{ {output}.first : {{")
        for name in dict.fromkeys(filter(None, names)):
            print(f"    {name}")
        print(f"}} }} INSERT BEFORE {successor};")


main()
