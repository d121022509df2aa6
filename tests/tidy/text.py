"""What stands in a file: its size, its functions' size, its words."""

import re
from pathlib import Path

from tree import CODE, CPP, FOREIGN, line_of

LINES_MAX = 500
COLUMNS_MAX = 120  # characters, not bytes
CPP_COLUMNS_MAX = 100  # as .clang-format has it
FUNCTION_LINES_MAX = 70
WIDE = CPP | {".rs", ".cedar", ".cases"}  # whose columns are counted
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
OUTSIDE = re.compile(r"(?<![\w./-])/wo" + r"rk/|/tmp/fa" + r"rm|\.\./sha" + "red")

# Who speaks with the world goes by the machine's clock; for all others time is injected.
WALL_CLOCKS = ("model_core/base/clock.cc", "agents/api/", "connectors/", "deploy/", "tests/")
# Words that C++ here does without, and the paths where they are at home.
BANNED = [
    (re.compile(r"\bstd::cout\b"), "std::cout", ("deploy/cli/", "tests/bench/", "tests/contract/crash_worker.cc")),
    (re.compile(r"\bstd::w?regex\b|<regex>"), "std::regex", ()),
    (re.compile(r"\babsl::Now\(|\bsystem_clock::now\b|\btime\(nullptr\)"), "the wall clock", WALL_CLOCKS),
    # What `*Make()` stands in is gone before the first round of a loop over it (C++20).
    (re.compile(r"\bfor \([^;(){}]* : \*[\w:.>-]+\("), "a loop over what is gone", ()),
]
USING = re.compile(r"^([ \t]*)using\s+namespace\s+([\w:]+)", re.M)
OWNED = re.compile(r"_ptr\b|\.reset\(")
STATIC_LAMBDA = re.compile(r"\bstatic\b[^()]*=\s*\[")

DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
GROUP = re.compile(r"\([^()]*\)|<[^<>()]*>|\[[^\[\]]*\]")
CONTAINER = re.compile(r"\b(?:namespace|class|struct|union|enum|extern)\b")
NO_ARGUMENTS = re.compile(r"\b(?:alignas|template|__attribute__)\s*\0|:.*", re.S)  # in the head of a class
ASSIGNMENT = re.compile(r"(?<!operator)(?<![=!<>+\-*/%&|^])=(?!=)")


def sizes(tree):
    for path in tree.code():
        lines = tree.lines(path)
        if len(lines) - 1 > LINES_MAX and not path.startswith("tests/"):
            yield path, 0, f"is longer than {LINES_MAX} lines"
        columns = CPP_COLUMNS_MAX if Path(path).suffix in CPP else COLUMNS_MAX
        for number, line in enumerate(lines, 1):
            if Path(path).suffix in WIDE and len(line) > columns:
                yield path, number, f"is longer than {columns} columns"


def without_groups(head):
    """Brackets and what is in them as one mark each."""
    before = None
    while before != head:
        before, head = head, GROUP.sub("\0", head)
    return head


def kind_of(head):
    """What the brace after `head` opens: "container", "function", or "table" for any other value."""
    flat = without_groups(head)
    if CONTAINER.search(flat) and "\0" not in NO_ARGUMENTS.sub("", flat):
        return "container"
    return "function" if "(" in head and not ASSIGNMENT.search(flat) else "table"


def functions(code):
    """Begin and end of each function in C++ without comments and literals, from its head to its last brace."""
    code = DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), code)
    head, begin, depth, parens, kind = 0, 0, 0, 0, ""
    for found in re.finditer(r"[{}();]", code):
        mark, place = found.group(), found.start()
        if depth:
            depth += (mark == "{") - (mark == "}")
            if depth == 0:
                head = place + 1
                if kind == "function":
                    yield begin, place
        elif mark in "()":
            parens += 1 if mark == "(" else -1
        elif mark == "{":
            kind = kind_of(code[head:place]) if parens == 0 else "table"
            begin = place - len(code[head:place].lstrip())
            if kind == "container":
                head = place + 1
            else:
                depth = 1
        elif mark == "}" or parens == 0:
            head = place + 1


def table_lines(code):
    """Lines inside of the outermost tables of a function: values in braces after a "="."""
    lines, depth, begin = 0, 0, 0
    for found in re.finditer(r"=[^={}();\[\]]*\{|[{}]", code):
        mark = found.group()
        if depth:
            depth += (mark != "}") - (mark == "}")
            lines += code.count("\n", begin, found.start()) if depth == 0 else 0
        elif mark.startswith("="):
            depth, begin = 1, found.end()
    return lines


def function_sizes(tree):
    for path in tree.code(CPP):
        if path.startswith("tests/"):
            continue
        code = tree.plain(path)
        for begin, end in functions(code):
            lines = code.count("\n", begin, end) + 1 - table_lines(code[begin:end])
            if lines > FUNCTION_LINES_MAX:
                named = re.search(r"([\w:~]+)\s*\(", code[begin:end])
                yield path, line_of(code, begin), f"{named.group(1)} is longer than {FUNCTION_LINES_MAX} lines"


def words(tree):
    for path in tree.paths:
        text = tree.text(path)
        if path.startswith(FOREIGN) or text is None:
            continue
        for found in UNFINISHED.finditer(text) if Path(path).suffix in CODE else ():
            yield path, line_of(text, found.start()), "marks something unfinished"
        for found in OUTSIDE.finditer(text):
            yield path, line_of(text, found.start()), "names a path outside of the project"


def banned(tree):
    for path in tree.code(CPP):
        code = tree.plain(path)
        for pattern, word, places in BANNED:
            for found in () if path.startswith(places) else pattern.finditer(code):
                yield path, line_of(code, found.start()), f"uses {word}"
        for found in USING.finditer(code):  # a function of a face may open its own folder
            if not found.group(1) or found.group(2) != Path(path).parent.name:
                yield path, line_of(code, found.start()), f"uses using namespace {found.group(2)}"


def raw_news(code):
    """Places of each new whose object nobody owns. One that a function's static keeps is left on purpose."""
    heads, begin = [], 0
    for found in re.finditer(r"[{};]|\bnew\b(?!\s*\()", code):
        mark, place = found.group(), found.start()
        if mark == "new":
            statement = code[begin:place]
            kept = OWNED.search(statement) or re.search(r"\bstatic\b", statement)
            if not kept and not any(STATIC_LAMBDA.search(head) for head in heads):
                yield place
            continue
        if mark == "{":
            heads.append(code[begin:place])
        elif mark == "}" and heads:
            heads.pop()
        begin = place + 1


def news(tree):
    for path in tree.code(CPP):
        if not path.startswith("tests/"):  # GoogleTest's suites hold what they share by a bare pointer
            for place in raw_news(tree.plain(path)):
                yield path, line_of(tree.plain(path), place), "makes an object with new that nobody owns"


CHECKS = [sizes, function_sizes, words, banned, news]
