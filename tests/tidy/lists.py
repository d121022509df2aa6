"""What names what: sources in CMake lists, headers in includes, folders and files in the maps of READMEs."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from layers import includes
from tree import CPP, LAYERS

# The first heading of a table that lists what lies beside or below its README.
MAPS = {"Face", "File", "Files", "Folder", "Here", "Test", "Program"}
WORD = r"(?<![\w./-]){}(?![\w/-])"


def names_source(cmake, path):
    """Whether a CMake list names `path`, also by a loop: ${name}_test.cc, and name as a word."""
    if re.search(WORD.format(re.escape(path)), cmake):
        return True
    for before, after in re.findall(r"([\w./-]*)\$\{\w+\}([\w./-]*\.\w+)", cmake):
        stem = path[len(before) : len(path) - len(after)]
        if stem and path == before + stem + after and re.search(WORD.format(re.escape(stem)), cmake):
            return True
    return False


def built(tree, path):
    lists = tree.above(path, "CMakeLists.txt")
    if any(names_source(re.sub(r"#.*", "", tree.text(cmake)), relative) for cmake, relative in lists):
        return True
    scripts = (other for other in tree.paths if Path(other).parent == Path(path).parent and other.endswith(".sh"))
    return any(Path(path).name in tree.text(script) for script in scripts)


def orphans(tree):
    used = {header for _, _, header in includes(tree)}
    for path in tree.code({".cc", ".cu", ".rs"}):
        if not built(tree, path):
            yield path, 0, "stands in no CMakeLists.txt"
    for path in tree.code({".h", ".cuh"}):
        if path not in used:
            yield path, 0, "is included by nobody"


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
        if folder + "README.md" not in tree.names:
            yield folder + "README.md", 0, "is missing"
    for path in tree.paths:
        if path.endswith(".md") and len(list(titles(tree.text(path) or ""))) != 1:
            yield path, 0, "has not exactly one title"


def folders(tree):
    """Every folder with C++ stands in the README above it; tests/unit mirrors the tree."""
    for folder in sorted({str(Path(path).parent) for path in tree.code(CPP)}):
        if folder.startswith("tests/unit/"):
            if folder.removeprefix("tests/unit/") not in tree.folders:
                yield folder, 0, "mirrors no folder of the tree"
            continue
        for readme, relative in tree.above(folder, "README.md"):
            name = Path(relative).name
            if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", tree.text(readme)):
                yield folder, 0, f"does not stand in {readme}"
            break


def mapped(tree, readme):
    """What a README says lies beside or below it: first cells of its maps, and blocks of "name/   what it is".

    Each as what it may be: after `grpc/call`, `errors` may lie in grpc/ too.
    """
    in_map = False
    for number, line in enumerate(tree.lines(readme), 1):
        if not line.startswith("|"):
            in_map = False
            block = re.match(r"    ([\w./-]+/|[\w-]+\.\w+)  +\S", line)
            if block:
                yield number, (block.group(1),)
            continue
        cell = line.split("|")[1].strip()
        in_map = in_map or cell in MAPS
        folder = ""
        for name in re.findall(r"`([^`\s]+)[^`]*`", cell) if in_map else ():
            yield number, (name, folder + name)
            folder = name[: name.rfind("/") + 1] or folder


def there(tree, base, name):
    """Whether a name of a map is there. It may leave its ending out, and hold * or a word in capitals."""
    at = base.parent / name[3:] if name.startswith("../") else base / name
    wanted = re.sub(r"\b[A-Z]{2,}\b|\(s\)", "*", str(at))
    if wanted in tree.names or wanted in tree.folders:
        return True
    return any(fnmatchcase(path, wanted) or fnmatchcase(path, wanted + ".*") for path in tree.names | tree.folders)


def maps(tree):
    """Nothing that a map names is missing."""
    for readme in tree.paths:
        if Path(readme).name == "README.md":
            for number, names in mapped(tree, readme):
                if not any(there(tree, Path(readme).parent, name) for name in names):
                    yield readme, number, f"{names[0]} is missing"


CHECKS = [orphans, readmes, folders, maps]
