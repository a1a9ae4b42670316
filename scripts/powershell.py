"""Reads a PowerShell script with a grammar of it and shows where it is no PowerShell: python scripts/powershell.py FILE. There is
no PowerShell to run it with here. Needs PyPI's tree-sitter and tree-sitter-powershell."""

import sys
from pathlib import Path

import tree_sitter_powershell
from tree_sitter import Language, Parser

faults = []


def look(node):
    if node.is_error or node.is_missing:
        line, column = node.start_point
        faults.append(f"{sys.argv[1]}:{line + 1}:{column + 1}: {node.type}: {node.text.decode()[:60]!r}")
    elif node.has_error:
        for child in node.children:
            look(child)


look(Parser(Language(tree_sitter_powershell.language())).parse(Path(sys.argv[1]).read_bytes()).root_node)
sys.exit("\n".join(faults) or 0)
