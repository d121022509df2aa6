"""The tree as the checks see it: its files, their text, and C++ without what is only text in it."""

import re
import subprocess
from pathlib import Path

LAYERS = ["model_core", "policies", "tools", "agents", "connectors", "deploy"]  # lowest first
FOREIGN = ("agents/api/proto/lf/",)  # other people's files, kept as they are
CPP = {".h", ".cc", ".cu", ".cuh"}
CODE = CPP | {".rs", ".py", ".sh", ".cmake", ".cedar", ".cases", ".cedarschema", ".ts", ".tsx", ".mjs", ".proto"}
SYSTEM_INCLUDE = re.compile(r"^\s*#\s*include\s+<([^>]+)>")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
NO_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.S,
)


def tracked(root):
    """Paths of the tree, as git knows them, new ones too; those on disk where it is no checkout."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [path for path in listed.stdout.decode().split("\0") if path and (root / path).is_file()]
    skipped = re.compile(r"(^|/)(build[^/]*|node_modules|__pycache__|\.venv|\.git)(/|$)")
    paths = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted(path for path in paths if not skipped.search(path))


def blank(found):
    return re.sub(r"[^\n]", " ", found.group())


class Tree:
    def __init__(self, root):
        self.root = root
        self.paths = tracked(root)
        self.names = set(self.paths)
        self.folders = {str(folder) for path in self.paths for folder in Path(path).parents}
        self.texts = {}
        self.plains = {}

    def text(self, path):
        """The file's text, or None where it is not UTF-8 or is not there."""
        if path not in self.texts:
            try:
                self.texts[path] = (self.root / path).read_bytes().decode()
            except (UnicodeDecodeError, FileNotFoundError):
                self.texts[path] = None
        return self.texts[path]

    def lines(self, path):
        return (self.text(path) or "").split("\n")

    def plain(self, path):
        """C++ with blanks for comments and literals: every place and line stays where it is."""
        if path not in self.plains:
            self.plains[path] = NO_CODE.sub(blank, self.text(path) or "")
        return self.plains[path]

    def code(self, kinds=CODE):
        for path in self.paths:
            name = Path(path)
            if (name.suffix in kinds or name.name == "CMakeLists.txt" and kinds is CODE) and not path.startswith(FOREIGN):
                yield path

    def above(self, path, name):
        """The files called `name` in the folders over `path`, nearest first, each with the path from there."""
        for folder in Path(path).parents:
            beside = str(folder / name)
            if beside in self.names and beside != path:
                yield beside, str(Path(path).relative_to(folder))


def line_of(text, place):
    return text.count("\n", 0, place) + 1
