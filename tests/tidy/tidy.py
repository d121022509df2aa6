#!/usr/bin/env python3
"""What a build cannot check about the tree: layers, faces, sizes, names, lists, proofs. Standard library only.

    tidy.py [ROOT]      prints "path:line: finding" and ends with 1 if there is any

A finding listed in known.txt beside this file is printed too, but fails nothing: it was there when its check began, and
it may only go away.
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True  # the tree stays as it is

import languages
import layers
import lists
import proofs
import text
from tree import Tree

CHECKS = layers.CHECKS + text.CHECKS + lists.CHECKS + proofs.CHECKS + languages.CHECKS


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    known = set(Path(__file__).with_name("known.txt").read_text(encoding="utf-8").splitlines())
    tree, new, seen = Tree(root), 0, set()
    for check in CHECKS:
        for path, line, what in check(tree):
            finding = f"{path}: {what}"
            seen.add(finding)
            new += finding not in known
            print(f"{path}{f':{line}' if line else ''}: {what}{' (known)' if finding in known else ''}")
    for finding in sorted(known - seen):
        if finding.split(": ")[0] in tree.names:
            print(f"{finding}: is mended, take it out of known.txt")
    print(f"{len(tree.paths)} files, {new} new findings")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
