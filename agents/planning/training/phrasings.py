"""Reads the hand-written phrasing files (FORMAT.md) into templates, and refuses what does not fit the catalogue."""

import dataclasses
import functools
import hashlib
import json
import pathlib
import re

HERE = pathlib.Path(__file__).parent
CATALOGUE = HERE.parents[2] / "tools" / "catalogue" / "catalogue.json"
SLOT = re.compile(r"\{([^{}]+)\}")
CALL = re.compile(r"^s(\d) ([a-z_.0-9]+)\((.*)\)$")


@functools.cache
def catalogue():
    return json.loads(CATALOGUE.read_text(encoding="utf-8"))


@functools.cache
def tools():
    return {t["name"]: t for t in catalogue()["tools"]}


@functools.cache
def argument(tool, name):
    for a in tools()[tool]["arguments"]:
        if a["name"] == name:
            return a
    raise ValueError(f"{tool} has no argument {name}")


@dataclasses.dataclass
class Slot:
    step: int        # index of the step it fills; -1: it fills none
    tool: str
    name: str
    particle: str = ""
    source: str = ""  # filler file that overrides
    value: object = None   # fixed value …
    words: str = ""        # … and how it is said


@dataclasses.dataclass
class Template:
    verdict: str                 # plan, ask, refuse
    lang: str
    pieces: list                 # str and Slot in turn
    steps: list                  # [(tool, {argument: source})]; source: ("slot",), ("same", step, name), ("value", json)
    missing: tuple = ()
    reason: str = ""
    origin: str = ""             # file
    held_out: bool = False

    @property
    def tools(self):
        return [tool for tool, _ in self.steps]


def held_out(text):
    """15 % of the phrasings never reach training: they are the honest test."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 100 < 15


def _split(body):
    """Splits at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(body):
        depth += (c == "[") - (c == "]")
        if c == "," and depth == 0:
            parts.append(body[start:i].strip())
            start = i + 1
    return [p for p in parts + [body[start:].strip()] if p]


def _source(tool, name, text):
    if text.startswith("["):
        return ("value", [{"$ref": p.strip().lstrip("@")} for p in text[1:-1].split(",")])
    if text.startswith("@"):
        return ("value", {"$ref": text[1:]})
    if m := re.fullmatch(r"s(\d)\.(\w+)", text):
        return ("same", int(m[1]) - 1, m[2])
    spec = argument(tool, name)
    text = text.strip("\"'")
    if spec["kinds"][0] in ("int", "number"):
        return ("value", [int(text)] if spec["list"] else int(text))
    if "enum" in spec["kinds"] and text not in spec["values"]:
        raise ValueError(f"{tool}.{name}: {text} is no value")
    return ("value", [text] if spec["list"] else text)


def _plan(header):
    steps = []
    for part in header.split(";"):
        m = CALL.match(part.strip())
        if not m or int(m[1]) != len(steps) + 1:
            raise ValueError(f"not a step: {part}")
        tool, sources = m[2], {}
        for item in _split(m[3]):
            name, _, text = item.partition("=")
            argument(tool, name.strip())
            sources[name.strip()] = _source(tool, name.strip(), text.strip()) if text else ("slot",)
        steps.append((tool, sources))
    return steps


def _slot(text, steps, kind):
    body, _, particle = text.partition("|")
    body, _, fixed = body.partition("=")
    body, _, source = body.partition("@")
    body = body.strip()
    if m := re.fullmatch(r"s(\d)\.(\w+)", body):
        step, name = int(m[1]) - 1, m[2]
        tool = steps[step][0]
    elif "." in body:
        tool, _, name = body.rpartition(".")
        step = -1 if kind != "plan" else next(i for i, s in enumerate(steps) if s[0] == tool)
    else:
        step, tool, name = 0, steps[0][0], body
    spec = argument(tool, name)
    slot = Slot(step, tool, name, particle.strip(), source.strip())
    if fixed:
        value, _, words = fixed.partition(":")
        slot.words = words or value
        value = value.strip()
        if "enum" in spec["kinds"]:
            if value not in spec["values"]:
                raise ValueError(f"{tool}.{name}: {value} is no value")
            slot.value = value
        elif spec["kinds"][0] in ("int", "number"):
            slot.value = float(value) if "." in value else int(value)
        else:
            slot.value = slot.words = words or value
    return slot


def parse_line(lang, text, verdict, steps, missing, reason, origin):
    pieces, at = [], 0
    for m in SLOT.finditer(text):
        pieces += [text[at:m.start()], _slot(m[1], steps, verdict)]
        at = m.end()
    pieces.append(text[at:])
    single = verdict == "plan" and origin != "multi"
    filled = [(tool, dict(sources)) for tool, sources in steps]
    if verdict == "plan":
        slots = [p for p in pieces if isinstance(p, Slot)]
        said = {(s.step, s.name) for s in slots}
        for i, (tool, sources) in enumerate(filled):
            for name in [n for n, s in sources.items() if s == ("slot",)]:
                if (i, name) not in said:
                    del sources[name]
            for step, name in said:
                if step == i:
                    if name in sources and sources[name] != ("slot",):
                        raise ValueError(f"s{i + 1}.{name} is both said and given")
                    sources[name] = ("slot",)
            for a in tools()[tool]["arguments"]:
                if a["required"] and a["name"] not in sources:
                    raise ValueError(f"{tool}.{a['name']} is not said")
            need = tools()[tool].get("needs_one_of") or []
            if need and not any(n in sources for n in need):
                raise ValueError(f"{tool} needs one of {need}")
        counts = {}
        for s in slots:
            counts[(s.step, s.name)] = counts.get((s.step, s.name), 0) + 1
        for (step, name), n in counts.items():
            if n > 1 and not argument(filled[step][0], name)["list"]:
                raise ValueError(f"s{step + 1}.{name} is said twice")
        for i, (tool, sources) in enumerate(filled):
            for name, source in sources.items():
                if source[0] == "same" and filled[source[1]][1].get(source[2]) != ("slot",):
                    raise ValueError(f"s{i + 1}.{name} repeats what is not said")
    return Template(verdict, lang, pieces, filled, missing, reason, origin, held_out(f"{lang} {text}"))


def read(path, errors):
    """Templates of one file; lines that do not fit go to `errors`."""
    out, header = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("= "):
                header = None
                body = line[2:].strip()
                if body.startswith("ask "):
                    missing = tuple(m.strip() for m in body[4:].split(","))
                    for m in missing:
                        argument(*m.rpartition(".")[::2])
                    header = ("ask", [], missing, "", "ask")
                elif body.startswith("refuse "):
                    if body[7:] not in ("harmful", "out_of_scope"):
                        raise ValueError(body)
                    header = ("refuse", [], (), body[7:].strip(), "refuse")
                elif re.match(r"s1 ", body):
                    header = ("plan", _plan(body), (), "", "multi")
                else:
                    tools()[body]
                    header = ("plan", [(body, {})], (), "", "single")
                continue
            lang, _, text = line.partition(" ")
            if lang not in ("ko", "en"):
                raise ValueError("no language")
            if header:
                out.append(parse_line(lang, text.strip(), *header))
        except (ValueError, KeyError, IndexError, StopIteration) as e:
            errors.append(f"{path.name}:{number}: {e!r}: {line}")
    return out


def load(errors=None, folder=None):
    errors = [] if errors is None else errors
    out = []
    for path in sorted((folder or HERE / "phrasings").glob("*.txt")):
        for t in read(path, errors):
            t.file = path.name
            out.append(t)
    return out


@functools.cache
def every():
    """All phrasings that fit, read once."""
    return tuple(load())


if __name__ == "__main__":
    problems = []
    found = load(problems)
    print(f"{len(found)} phrasings, {sum(t.held_out for t in found)} held out, {len(problems)} refused")
    raise SystemExit("\n".join(problems) or None)
