"""One phrasing becomes words and a plan: slots are filled, lists joined, particles chosen."""

import dataclasses
import re

from korean import particle
from phrasings import Slot, argument, tools
from surfaces import IDENTIFIER, Fill, Surfaces

PREPOSITION = re.compile(r"(?:\b(?:in|for|during|from|of|over|within|since|the|on|at|between|across|through|by|to)|'s)\s+$", re.I)
CLOSED_AFTER = re.compile(r"^\s*(동안|사이|내|중|범위|기간|한정|치|간|에|의|은|는|이|가|을|를|로|으로|과|와|도|자|거|것|분|부터|이후|까지|들어)")
# Around a slot for a point in time that is said as a length: 최근 3시간 것으로, over the last 3 hours.
LENGTH_AFTER = re.compile(r"^ ?(것|거|치|동안)")
LENGTH_BEFORE = re.compile(r"\b(over|for|within|during) $", re.I)
QUOTES = ("'", '"', "“", "‘", "「", "『")
NSN = re.compile(r"\d{4}-\d\d-\d{3}-\d{4}$")
# Type words, which people put before an identifier and which are no part of it.
TYPE_WORDS = {
    "asset": {"ko": "설비 펌프 컨베이어 프레스 압축기 밸브 모터 팬 장비".split(), "en": "pump conveyor press compressor valve motor fan unit machine".split()},
    "tag": {"ko": ["태그", "계기"], "en": ["tag", "loop", "point"]},
    "tags": {"ko": ["태그", "계기"], "en": ["tag", "loop", "point"]},
    "alarm": {"ko": ["알람", "경보"], "en": ["alarm"]},
    "document": {"ko": ["문서"], "en": ["document", "file"]},
    "order": {"ko": ["처방"], "en": ["order", "prescription"]},
    "patient": {"ko": ["환자"], "en": ["patient"]},
    "requisition": {"ko": ["청구서"], "en": ["requisition"]}}
# English names before which people say "the", which is no part of the name.
NAMED_WITH_THE = re.compile(r"\b(Office|Team|Department|Division|Bureau|Agency|Ministry|Cent(er|re)|Institute|Board|Council|Unit|"
                            r"Battalion|Brigade|Company|Hall|Lab|University|Committee|Act|Decree|Rules?|Ordinance|Line \d+|"
                            r"Depot|Warehouse|Store|Room|Bay|Area|Zone|Hospital|Section|Squadron|Fleet|Group|Province|City)$")
SEVERAL_MEANINGS = {"unit", "reason", "query", "kind", "recipient"}


@dataclasses.dataclass
class Clause:
    pieces: list          # (text, holds a value)
    verdict: str
    steps: list           # [{"tool", "arguments"}]; references count from this clause's own first step
    missing: tuple = ()
    reason: str = ""
    said: dict = dataclasses.field(default_factory=dict)  # argument name → Fill, to be said again elsewhere

    @property
    def text(self):
        return "".join(t for t, _ in self.pieces)


def reuse_key(slot):
    """Under which a value may be said again; arguments of one name that mean other things keep apart."""
    return f"{tools()[slot.tool]['domain']}.{slot.name}" if slot.name in SEVERAL_MEANINGS else slot.name


def is_words(slot):
    return not slot.words and set(argument(slot.tool, slot.name)["kinds"]) & {"text", "quote"}


def stands_alone(pieces, i):
    """No other free words next to this slot with nothing but blanks between."""
    for step in (-1, 1):
        between, other = i + step, i + 2 * step
        if 0 <= other < len(pieces) and isinstance(pieces[other], Slot) and is_words(pieces[other]) \
                and not pieces[between].strip() and not pieces[min(i, other)].particle:
            return False
    return True


class Realiser:
    def __init__(self, rng, now, lang, reuse=None):
        self.rng, self.lang = rng, lang
        self.surfaces = Surfaces(rng, now, lang)
        self.reuse = {} if reuse is None else reuse

    def fill(self, slot, pieces, i):
        spec = argument(slot.tool, slot.name)
        if slot.words:
            value = slot.value
            if slot.value == slot.words and "enum" not in spec["kinds"]:
                value = slot.words
            return Fill(slot.words, [value] if spec["list"] else value)
        before = pieces[i - 1] if i else ""
        after = pieces[i + 1] if i + 1 < len(pieces) else ""
        clause = slot.particle in ("고", "라고", "며", "는데", "니")
        again = sum(isinstance(p, Slot) and p.name == slot.name for p in pieces) > 1  # two values of one request differ
        shared = reuse_key(slot)
        if shared in self.reuse and not again and not slot.source and not clause and self.rng.random() < 0.6:
            kinds, kept = self.reuse[shared]
            if kinds == (spec["kinds"], spec["list"]):
                return kept
        if slot.name == "target" and not clause and not before.rstrip().endswith(QUOTES):
            words = self.surfaces.identifier("doc")
            return Fill(words, words)
        if spec["list"]:
            return self.list_fill(slot, spec, pieces, i)
        open_end = not slot.particle and not (
            CLOSED_AFTER.match(after) if self.lang == "ko" else PREPOSITION.search(before))
        fill = self.surfaces.one(slot.tool, spec, stands_alone(pieces, i), open_end, slot.source or None, clause)
        if spec["kinds"] == ["time"] and (LENGTH_AFTER.match(after) if self.lang == "ko" else LENGTH_BEFORE.search(before)):
            words, span = self.surfaces.dates.last_clock()
            fill = Fill(words, span["from"])
        if self.lang == "en" and spec["kinds"] == ["period"]:
            fill = self.fit_english_period(fill, slot, spec, before)
        if not slot.source and not clause:
            self.reuse.setdefault(shared, ((spec["kinds"], spec["list"]), fill))
        return fill

    def fit_english_period(self, fill, slot, spec, before):
        """No second preposition before `from … to …`, no second article."""
        if not PREPOSITION.search(before):
            return fill
        for _ in range(20):
            if not re.match(r"(from|between|since) ", fill.words):
                break
            fill = self.surfaces.one(slot.tool, spec, True, False)
        if re.search(r"\bthe\s+$|'s\s+$", before, re.I):
            fill = Fill(re.sub(r"^the ", "", fill.words), fill.value)
        return fill

    def list_fill(self, slot, spec, pieces, i):
        slots = [p for p in pieces if isinstance(p, Slot) and p.name == slot.name and p.step == slot.step]
        paired = spec["name"] in ("items", "quantities")
        if len(slots) > 1 or paired:
            n = 1
        else:
            n = self.rng.choices((1, 2, 3, 4), (58, 28, 11, 3))[0]
        alone = stands_alone(pieces, i)
        members, seen = [], set()
        for _ in range(20):
            fill = self.surfaces.one(slot.tool, spec, alone and n == 1, False, slot.source or None)
            key = str(fill.value)
            if key not in seen and not (n > 1 and re.search(r"[,·/]| 및 | and |과 |와 ", fill.words)):
                seen.add(key)
                members.append(fill)
            if len(members) == n:
                break
        words = self.surfaces.joined([m.words for m in members])
        return Fill(words, [m.value for m in members])

    def realise(self, template, given=None):
        """given: place → Fill of slots whose words are settled. The literal between paired slots is said inside the
        pairs, so it is left out."""
        pieces, out, values, said = template.pieces, [], {}, {}
        pairs = given if given is not None else self.pair_up(template) or self.bracketed(template)
        for i, piece in enumerate(pieces):
            if not isinstance(piece, Slot):
                if piece and pairs.get("between") != i:
                    out.append((piece, False))
                continue
            fill = pairs.get(i) or self.fill(piece, pieces, i)
            if fill.words:
                out += self.type_word(fill, out, piece)
                out.append((fill.words, True))
            if piece.particle and (given is not None or i not in pairs):
                self.add_particle(out, fill, piece)
            said[piece.name] = fill
            key = (piece.step, piece.name)
            if key in values and isinstance(values[key], list):
                again = piece.name == "quantities"  # two items may need the same number
                values[key] = values[key] + [v for v in fill.value if again or v not in values[key]]
            else:
                values[key] = fill.value
        steps = self.steps(template, values) if template.verdict == "plan" else []
        return Clause(out, template.verdict, steps, template.missing, template.reason, said)

    def type_word(self, fill, out, slot):
        """What people put before a value that is no part of it."""
        if NSN.match(fill.words):
            return [(self.rng.choice(("NSN ", "NSN ", "재고번호 " if self.lang == "ko" else "item ")), False)] \
                if self.rng.random() < 0.3 else []
        before = out[-1][0] if out else ""
        words = TYPE_WORDS.get(slot.name, {}).get(self.lang)
        if words and IDENTIFIER.match(fill.words) and self.rng.random() < 0.08:
            return [] if re.search(r"[a-z가-힣] ?$", before) and self._typed(before) else [(self.rng.choice(words) + " ", False)]
        if self.lang != "en" or not is_words(slot) or not before.endswith(" ") or \
                re.search(r"\b(the|a|an|our|their|your|its|this|that) $", before, re.I):
            return []
        return [("the ", False)] if NAMED_WITH_THE.search(fill.words) and self.rng.random() < 0.45 else []

    @staticmethod
    def _typed(before):
        """Whether a type word or an article stands there already, or a word goes on."""
        last = before.split()[-1] if before.split() else ""
        return not before.endswith(" ") or any(last in t[lang] for t in TYPE_WORDS.values() for lang in t) or last in ("the", "a", "an")

    def add_particle(self, out, fill, piece):
        if not fill.words:
            out.append((piece.particle, False))
            return
        if self.rng.random() < 0.06 and piece.particle in ("은", "이", "을", "는", "가", "를"):
            return
        out.append((particle(fill.words, piece.particle), False))

    def pair_up(self, template):
        """`{items} {quantities}개`: several items each with its number, said in turn."""
        slots = [(i, p) for i, p in enumerate(template.pieces) if isinstance(p, Slot)]
        for (i, a), (j, b) in zip(slots, slots[1:]):
            if {a.name, b.name} != {"items", "quantities"} or a.step != b.step or j != i + 2:
                continue
            if sum(p.name in ("items", "quantities") for _, p in slots) != 2 or self.rng.random() < 0.55:
                return {}
            between = template.pieces[i + 1]
            if between.strip(" ,") or (a.particle and a.particle not in ("을", "은")):
                return {}
            return self.pairs(template, i, a, j, b, between)
        return {}

    def bracketed(self, template):
        """Article 15(1): the paragraph in brackets behind its article."""
        pieces = template.pieces
        for i, piece in enumerate(pieces[:-2]):
            after = pieces[i + 2]
            both = isinstance(piece, Slot) and isinstance(after, Slot) and (piece.name, after.name) == ("jo", "hang")
            if both and self.lang == "en" and pieces[i + 1] in (" ", ", ") and self.rng.random() < 0.6:
                n = self.rng.randint(1, 9)
                return {i + 2: Fill(f"({n})", n), "between": i + 1}
        return {}

    def pairs(self, template, i, a, j, b, between):
        spec_a, spec_b = argument(a.tool, a.name), argument(b.tool, b.name)
        n = self.rng.choice((2, 2, 3))
        first = [self.surfaces.one(a.tool, spec_a, False, False) for _ in range(n)]
        second = [self.surfaces.one(b.tool, spec_b, False, False) for _ in range(n)]
        if len({f.words for f in first}) < n and a.name == "items":
            return {}
        after = template.pieces[j + 1]
        unit = "개" if after.startswith("개") else ""
        gap = between or " "
        both = [x.words + gap + y.words for x, y in zip(first, second)]
        joiner = self.rng.choice([", ", ", ", " and " if self.lang == "en" else ", "])
        text = (unit + joiner).join(both)
        return {i: Fill(text, [f.value for f in first]), j: Fill("", [f.value for f in second]), "between": i + 1}

    def steps(self, template, values):
        out = []
        for index, (tool, sources) in enumerate(template.steps):
            arguments = {}
            for spec in tools()[tool]["arguments"]:
                source = sources.get(spec["name"])
                if source is None:
                    continue
                if source[0] == "slot":
                    value = values[(index, spec["name"])]
                elif source[0] == "same":
                    value = values[(source[1], source[2])]
                else:
                    value = source[1]
                if spec["list"] and not isinstance(value, (list, dict)):
                    value = [value]
                if not spec["list"] and isinstance(value, list):
                    value = value[0]
                arguments[spec["name"]] = value
            out.append({"tool": tool, "arguments": arguments})
        return out


def shift(value, by):
    """The same value with references moved `by` steps on."""
    if isinstance(value, dict):
        if "$ref" in value:
            head, dot, tail = value["$ref"].partition(".")
            return {"$ref": f"s{int(head[1:]) + by}{dot}{tail}"}
        return {k: shift(v, by) for k, v in value.items()}
    return [shift(v, by) for v in value] if isinstance(value, list) else value
