"""Adds to samples what the recogniser shows the model, and drops those whose values it does not offer.

The recogniser is the serving one, run as `build/bin/maru-planner-prompt`.
"""

import collections
import json
import subprocess

from phrasings import HERE, argument

PROMPT = HERE.parents[2] / "build" / "bin" / "maru-planner-prompt"


def recognise(samples):
    """{"prompt_values", "values"} of each sample, in order."""
    lines = "".join(json.dumps({k: s[k] for k in ("id", "text", "now")}, ensure_ascii=False) + "\n" for s in samples)
    done = subprocess.run([PROMPT], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    out = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [o["id"] for o in out] == [s["id"] for s in samples]
    return out


def inside_word(text, i):
    """Whether a cut at i would split a Latin word or a number."""
    if not 0 < i < len(text):
        return False
    a, b = text[i - 1], text[i]
    latin = lambda c: c.isascii() and c.isalpha()
    digit = lambda c: c.isascii() and c.isdigit()
    return latin(a) and latin(b) or digit(a) and digit(b)


def spans(text, words):
    """Whether `words` can be cut out of the request as a free span."""
    if not words or words != words.strip() or any(c in words for c in '"\\\n'):
        return False
    at = text.find(words)
    while at >= 0:
        if not inside_word(text, at) and not inside_word(text, at + len(words)):
            return True
        at = text.find(words, at + 1)
    return False


def offered(text, values, spec, value):
    """Whether the grammar can write this value of an argument."""
    if isinstance(value, dict) and "$ref" in value:
        return True
    for kind in spec["kinds"]:
        if kind in ("text", "quote"):
            if isinstance(value, str) and spans(text, value):
                return True
        elif kind == "enum":
            if value in spec["values"]:
                return True
        elif kind == "result":
            continue
        else:
            own = {"due": "date", "days": "int", "hang": "int", "ho": "int"}
            name = spec["name"] if own.get(spec["name"]) == kind else kind
            if any(json.loads(literal) == value for literal in values.get(name, [])):
                return True
    return False


def annotate(samples, misses=None):
    """Samples with "values" set, without those that cannot be written. misses: filled with what was missed."""
    out = []
    for sample, found in zip(samples, recognise(samples)):
        bad = None
        for step in sample["plan"].get("steps", []):
            for name, value in step["arguments"].items():
                spec = argument(step["tool"], name)
                for one in value if isinstance(value, list) else [value]:
                    if not offered(sample["text"], found["values"], spec, one):
                        bad = {"kind": "/".join(spec["kinds"]), "argument": f"{step['tool']}.{name}", "value": one}
        if bad is None:
            out.append(sample | {"values": found["prompt_values"]})
        elif misses is not None:
            misses.append({"text": sample["text"], "now": sample["now"], **bad, "offered": found["values"]})
    return out


if __name__ == "__main__":
    import sys
    import generate
    made = generate.make(int(sys.argv[1]), 77, "train")
    missed = []
    kept = annotate(made, missed)
    count = collections.Counter(m["kind"] for m in missed)
    print(f"{len(kept)} of {len(made)} kept; missed: {dict(count)}")
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        for m in missed:
            file.write(json.dumps(m, ensure_ascii=False) + "\n")
