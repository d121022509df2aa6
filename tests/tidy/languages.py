"""What a text for people says in English, its Korean twin beside it says too."""

import re

from tree import CPP, LAYERS, line_of

TOKEN = re.compile(
    r"""//[^\n]*|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|[(){},;]|\bk[A-Z]\w*Max\b""", re.S
)
HANGUL = re.compile("[가-힣]")


def lists(text):
    """Each list of arguments: where it begins, and the tokens of each of its members, inner lists included. What is in
    braces is one behind a name or a return, and where no statement stands in it."""
    open_lists = []
    for found in TOKEN.finditer(text):
        token = found.group()
        if token.startswith("//"):
            continue
        if token in "({":
            open_lists.append((found.start(), [[]]))
        elif token in ")}":
            if open_lists:
                start, members = open_lists.pop()
                named = text[start] == "(" or re.search(r"\w *$", text[max(0, start - 80) : start])
                if named and not any(";" in member for member in members):
                    yield start, members
                if open_lists:
                    open_lists[-1][1][-1] += sum(members, [])
        elif token == ",":
            if open_lists:
                open_lists[-1][1].append([])
        elif open_lists:
            open_lists[-1][1][-1].append(token)


def limits(tree):
    """A limit that an English text names, and the Korean one that follows it does not."""
    for path in tree.code(CPP):
        text = tree.text(path) or ""
        if path.split("/")[0] not in LAYERS or not HANGUL.search(text):
            continue
        for start, members in lists(text):
            for english, korean in zip(members, members[1:]):
                said = ["".join(token for token in member if token[0] in "\"R") for member in (english, korean)]
                if not re.search("[a-z]{3}", said[0]) or HANGUL.search(said[0]) or not HANGUL.search(said[1]):
                    continue
                for name in sorted({token for token in english if token[0] == "k"} - set(korean)):
                    yield path, line_of(text, start), f"the Korean text lacks {name}"


COMMAND = re.compile(r"(?:[^\n]*\\\n)*[^\n]+")  # a line, with those that it goes on in
SAYS = re.compile(r"""\b(?:say|words|fail\w*) +"(?!\$[@\d])|\becho +["'][^"'|]*[a-z]{3}[^|]*>&2""")
GLUED = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*[가-힣]")


def scripts(tree):
    """What a script says to people without its Korean twin (deploy/say.sh), and a name that the twin runs into: in some
    locales a byte of Hangul is a letter, and so a part of the name."""
    for path in tree.code({".sh"}):
        text = tree.text(path) or ""
        for found in COMMAND.finditer(text):
            command = found.group()
            if command.lstrip().startswith("#"):
                continue
            if SAYS.search(command) and not HANGUL.search(command):
                yield path, line_of(text, found.start()), "says something in English alone"
            if GLUED.search(command):
                yield path, line_of(text, found.start()), "a name runs into Hangul: write ${name}"


# What people say, not what they are told; other people's systems.
HEARD = ("agents/planning/", "agents/running/yes_no", "deploy/sample/")


def manners(tree):
    """A request to people in the tone of talk: official writing has -십시오."""
    for path in tree.code():
        if path.split("/")[0] not in LAYERS or path.startswith(HEARD):
            continue
        for place, line in enumerate(tree.lines(path)):
            if re.search("[가-힣]세요", line):
                yield path, place + 1, "says -세요: -십시오"


CHECKS = [limits, scripts, manners]
