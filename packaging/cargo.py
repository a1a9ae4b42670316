"""Reads the keys of Cargo.toml that packages quote. Python has a parser of TOML only since 3.11."""

import json


def package(path):
    """The keys of `[package]` whose values are strings or lists of strings, each on one line."""
    keys, inside = {}, False
    for line in path.read_text().splitlines():
        if line.startswith("["):
            inside = line.strip() == "[package]"
        elif inside and line.partition(" = ")[2][:1] in ('"', "["):
            key, _, value = line.partition(" = ")
            # A comment may follow the value. Strings and their lists are written as in JSON.
            keys[key] = json.JSONDecoder().raw_decode(value)[0]
    return keys
