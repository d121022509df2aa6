#!/usr/bin/env python3
"""What a build cannot check about the tree: layers, faces, sizes, names. Standard library only.

    tidy.py [ROOT]      prints "path:line: finding" and ends with 1 if there is any

A finding listed in known.txt beside this file is printed too, but fails nothing: it was there when its check began, and
it may only go away.
"""

import re
import subprocess
import sys
from pathlib import Path

LAYERS = ["model_core", "policies", "tools", "agents", "connectors", "deploy"]  # lowest first
TOP_LEVEL = set(LAYERS) | {"tests", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md"}  # and dotfiles
OPEN_FOLDERS = ("model_core/base/", "model_core/bridge/")  # everyone's ground: any of their headers
LINES_MAX = 500
COLUMNS_MAX = 120
PERMIT_MAKERS = {"policies/permit.h", "policies/permit_office.h", "policies/cedar_authorizer.cc"}

CPP = {".h", ".cc", ".cu", ".cuh"}
WIDE = CPP | {".rs", ".cedar", ".cases"}  # whose lines are counted
CODE = CPP | {".rs", ".py", ".sh", ".cmake", ".cedar", ".cases", ".cedarschema", ".ts", ".tsx", ".mjs", ".proto"}
FOREIGN = ("agents/api/proto/lf/",)  # other people's files, kept as they are
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
OUTSIDE = re.compile(r"(?<![\w./-])/wo" + r"rk/|/tmp/fa" + r"rm|\.\./sha" + "red")


def tracked(root):
    """Paths of the tree, as git knows them; those on disk where it is no checkout."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [path for path in listed.stdout.decode().split("\0") if path and (root / path).is_file()]
    skipped = re.compile(r"(^|/)(build[^/]*|node_modules|__pycache__|\.venv|\.git)(/|$)")
    paths = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted(path for path in paths if not skipped.search(path))


class Tree:
    def __init__(self, root):
        self.root = root
        self.paths = tracked(root)
        self.texts = {}

    def text(self, path):
        """The file's text, or None where it is not UTF-8."""
        if path not in self.texts:
            try:
                self.texts[path] = (self.root / path).read_bytes().decode()
            except (UnicodeDecodeError, FileNotFoundError):
                self.texts[path] = None
        return self.texts[path]

    def lines(self, path):
        return (self.text(path) or "").split("\n")

    def code(self, kinds=CODE):
        for path in self.paths:
            name = Path(path)
            if (name.suffix in kinds or name.name == "CMakeLists.txt" and kinds is CODE) and not path.startswith(FOREIGN):
                yield path


def top_level(tree):
    for name in sorted({path.split("/")[0] for path in tree.paths}):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield name, 0, "does not belong to the top level"


def include_fault(path, header):
    """Why `path` may not include `header`, or None. What is not of this tree is of no interest here."""
    own, other = path.split("/")[0], header.split("/")[0]
    if other == "tests":
        return None if own == "tests" else "the product includes tests"
    if other not in LAYERS or own not in LAYERS:
        return None
    if LAYERS.index(other) > LAYERS.index(own):
        return f"{own} includes upwards: {header}"
    depth = header.count("/")
    if own != other and depth > 1 and not header.startswith(OPEN_FOLDERS):
        return f"{header} is no face of {other}"
    second_level = "/".join(header.split("/")[:2]) + "/"
    if own == other and depth > 2 and not path.startswith(second_level) and not header.startswith(OPEN_FOLDERS):
        return f"{header} is inside of another folder"
    return None


def layers(tree):
    for path in tree.code(CPP):
        for number, line in enumerate(tree.lines(path), 1):
            include = INCLUDE.match(line)
            fault = include and include_fault(path, include.group(1))
            if fault:
                yield path, number, fault


def sizes(tree):
    for path in tree.code():
        lines = tree.lines(path)
        if len(lines) - 1 > LINES_MAX and not path.startswith("tests/"):
            yield path, 0, f"is longer than {LINES_MAX} lines"
        for number, line in enumerate(lines, 1):
            if Path(path).suffix in WIDE and len(line) > COLUMNS_MAX:
                yield path, number, f"is longer than {COLUMNS_MAX} columns"


def words(tree):
    for path in tree.paths:
        if path.startswith(FOREIGN) or tree.text(path) is None:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if Path(path).suffix in CODE and UNFINISHED.search(line):
                yield path, number, "marks something unfinished"
            if OUTSIDE.search(line):
                yield path, number, "names a path outside of the project"


def permits(tree):
    for path in tree.code(CPP):
        if path in PERMIT_MAKERS or path.startswith("tests/"):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if "PermitOffice" in line or "permit_office.h" in line:
                yield path, number, "only the authorizer makes permits"


def titles(text):
    """Lines that are a first-level heading, code blocks aside."""
    fenced = False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if not fenced and line.startswith("# "):
            yield line


def readmes(tree):
    for folder in ["", *(layer + "/" for layer in LAYERS), "tests/"]:
        if folder + "README.md" not in tree.paths:
            yield folder + "README.md", 0, "is missing"
    for path in tree.paths:
        if path.endswith(".md") and len(list(titles(tree.text(path) or ""))) != 1:
            yield path, 0, "has not exactly one title"


def policies(tree):
    for path in tree.paths:
        if path.endswith(".cedar") and path[: -len("cedar")] + "cases" not in tree.paths:
            yield path, 0, "has no *.cases beside it"


CHECKS = [top_level, layers, sizes, words, permits, readmes, policies]


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    known = set(Path(__file__).with_name("known.txt").read_text(encoding="utf-8").split("\n"))
    tree, new = Tree(root), 0
    for check in CHECKS:
        for path, line, what in check(tree):
            accepted = f"{path}: {what}" in known
            new += not accepted
            print(f"{path}{f':{line}' if line else ''}: {what}{' (known)' if accepted else ''}")
    print(f"{len(tree.paths)} files, {new} new findings")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
