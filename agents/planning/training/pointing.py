"""Questions made from plans: where a required argument stood, words that point at nothing, or nothing at all.

Beside the plan it came from, such a request differs in one thing only: whether the words name what is needed.
"""

import dataclasses
import functools
import re

from phrasings import HERE, Slot, argument
from surfaces import Fill

# In a request of several steps these could be what another step finds.
FOUND_BY_STEPS = {"document", "alarm", "order", "requisition", "patient", "law", "jo", "tag", "tags", "asset", "item", "items",
                  "drug", "subject", "query"}
# Arguments a Korean sentence simply leaves out.
LEFT_OUT = {"patient", "alarm", "order", "document", "requisition", "law", "unit", "line", "to", "asset", "tag"}
PARTICLE = re.compile(r"^(에 대한|에 대해서|에 대해|에게|한테|께|에서|의|에|도|은|는|이|가|을|를)?[ ,]+")


@functools.cache
def words(name, lang):
    lines = (HERE / "pointing_words.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple(w for n, code, w in rows if (n, code) == (name, lang))


def candidates(template):
    """Places of slots whose loss makes the request a question."""
    places = [(i, p) for i, p in enumerate(template.pieces) if isinstance(p, Slot)]
    names = [p.name for _, p in places]
    repeated = {source[1:] for _, sources in template.steps for source in sources.values() if source[0] == "same"}
    for i, slot in places:
        spec = argument(slot.tool, slot.name)
        needed = spec["required"] and not slot.words and not slot.source and words(slot.name, template.lang)
        alone = names.count(slot.name) == 1 and (slot.step, slot.name) not in repeated
        found = len(template.steps) > 1 and slot.step > 0 and slot.name in FOUND_BY_STEPS
        article = i and re.search(r"\b(the|a|an|our|their|your) $", template.pieces[i - 1], re.I)
        quoted = i and template.pieces[i - 1].endswith(("'", '"', "“", "‘", "「"))
        if needed and alone and not found and not article and not quoted and slot.particle in ("", "은", "이", "을", "과", "으로"):
            yield i


def without(template, i):
    """The Korean request with nothing where the slot stood; None where more than its particle would have to go."""
    slot, after = template.pieces[i], template.pieces[i + 1]
    m = PARTICLE.match(after)
    if template.lang != "ko" or slot.name not in LEFT_OUT or not m:
        return None
    rest = after[m.end():]
    return [*template.pieces[:i], "", rest, *template.pieces[i + 2:]] if rest or i + 2 < len(template.pieces) else None


def question(rng, template):
    """(template, {place: Fill}) of the question, or None."""
    places = list(candidates(template))
    if not places:
        return None
    i = rng.choice(places)
    slot = template.pieces[i]
    missing = (f"{slot.tool}.{slot.name}",)
    shorter = without(template, i) if rng.random() < 0.35 else None
    asked = dataclasses.replace(template, verdict="ask", missing=missing, pieces=shorter or template.pieces)
    return asked, {} if shorter else {i: Fill(rng.choice(words(slot.name, template.lang)), None)}
