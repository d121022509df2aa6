"""Requests for several things named by noun phrases, joined in a frame: "A와 B를 보여줘", "A와 B로 보고서를 써 줘"."""

import dataclasses
import re

import korean
import phrasings
from phrasings import argument, tools
from realise import Clause, Realiser

HEADS = {"period": 4, "patient": 3, "unit": 3, "law": 1, "area": 1}
STEPS_MAX = 6


def weighted(rng, table):
    return rng.choices(list(table), list(table.values()))[0]


def in_order(tool, given):
    """Arguments as the catalogue orders them."""
    return {a["name"]: given[a["name"]] for a in tools()[tool]["arguments"] if a["name"] in given}


def without(template, name):
    """The phrase with nothing said of an argument that a head says for all; None where that leaves a hole."""
    at = next((i for i, p in enumerate(template.pieces) if isinstance(p, phrasings.Slot) and p.name == name), None)
    if at is None:
        return template
    before, after = template.pieces[at - 1] if at else "", template.pieces[at + 1]
    rest = re.sub(r"^(의|'s)? ", "", after)
    if not before and rest != after and not re.match("님|씨|분|께서", rest):
        pieces = template.pieces[:at - 1] + [rest] if at else [rest]
        pieces += template.pieces[at + 2:]
    elif not after and re.search(r" (of|for|in|at|on) $", before):
        pieces = template.pieces[:at - 1] + [re.sub(r" \w+ $", "", before)]
    else:
        return None
    (tool, sources), = template.steps
    return dataclasses.replace(template, pieces=pieces, steps=[(tool, {k: v for k, v in sources.items() if k != name})])


class Nouns:
    """Part of a Mixer."""

    def nouns_together(self, lang, now):
        r = self.rng
        table = self.noun_tools[lang]
        n = r.choices((2, 3, 4), (64, 28, 8))[0]
        head = weighted(r, HEADS) if r.random() < 0.4 else None
        names = sorted(table)
        if head:
            names = [t for t in names if any(a["name"] == head for a in tools()[t]["arguments"])]
        first = r.choice(names)
        domain = tools()[first]["domain"]
        near = [t for t in names if tools()[t]["domain"] == domain]
        chosen = [first] + [r.choice(near if r.random() < 0.75 else names) for _ in range(n - 1)]
        reuse, phrases = {}, []
        for tool in chosen:
            choices = [h for t in table[tool] if (h := without(t, head) if head else t)]
            if not choices:
                return None
            listed = any(a["list"] for a in tools()[tool]["arguments"])
            if listed and any(p.steps[0]["tool"] == tool for p in phrases):
                return None
            share = {k: v for k, v in reuse.items() if k != "period"} if r.random() < 0.5 else {}
            phrase = Realiser(r, now, lang, share).realise(r.choice(choices))
            reuse.update(share)
            if any(p.steps == phrase.steps for p in phrases):
                return None
            phrases.append(phrase)
        if head and not self._complete_with(phrases, head):
            return None
        pieces, steps = self._noun_list(phrases, lang)
        if head:
            pieces = self._head(head, phrases, steps, lang, now) + pieces
        if not all(self._complete(s) for s in steps):
            return None
        return self._framed(pieces, steps, lang, now)

    @staticmethod
    def _complete_with(phrases, head):
        return all(any(a["name"] == head for a in tools()[p.steps[0]["tool"]]["arguments"]) for p in phrases)

    @staticmethod
    def _complete(step):
        spec = tools()[step["tool"]]
        given = step["arguments"]
        return all(a["name"] in given for a in spec["arguments"] if a["required"]) and \
            (not spec.get("needs_one_of") or any(n in given for n in spec["needs_one_of"]))

    def _head(self, head, phrases, steps, lang, now):
        """Words before all phrases, whose value holds for each."""
        spec = argument(steps[0]["tool"], head)
        fill = Realiser(self.rng, now, lang).surfaces.one(steps[0]["tool"], spec, False, False)
        for step in steps:
            step["arguments"] = {a["name"]: (fill.value if a["name"] == head else step["arguments"][a["name"]])
                                 for a in tools()[step["tool"]]["arguments"]
                                 if a["name"] == head or a["name"] in step["arguments"]}
        if lang == "ko":
            tail = self.rng.choice(["의 ", " ", "에 대한 ", "의 "] if head != "period" else [" ", " ", "의 ", " 동안의 "])
        else:
            tail = self.rng.choice([": ", " - ", ", "])
        return [(fill.words, True), (tail, False)]

    def _noun_list(self, phrases, lang):
        r = self.rng
        pieces, steps = [], []
        kind = r.random()
        for i, phrase in enumerate(phrases):
            pieces += phrase.pieces
            steps += phrase.steps
            if i + 1 == len(phrases):
                break
            before = phrase.text
            if lang == "en":
                glue = " and " if i + 2 == len(phrases) else ", "
                glue = ", and " if glue == " and " and r.random() < 0.3 else glue
            elif kind < 0.4:
                glue = korean.particle(before, "과") + " " if i + 2 == len(phrases) else ", "
            elif kind < 0.6:
                glue = korean.particle(before, "이랑") + " "
            elif kind < 0.85:
                glue = ", 그리고 " if i + 2 == len(phrases) and r.random() < 0.6 else ", "
            else:
                glue = r.choice([" 및 ", "하고 ", "\n", " / "])
            pieces.append((glue, False))
        return pieces, steps

    def _framed(self, nouns, steps, lang, now):
        r = self.rng
        writes = r.random() < 0.35 and len(steps) <= 4
        frame = r.choice(self.frames[("write" if writes else "show", lang)])
        steps = [dict(s) for s in steps]
        if not writes:
            return Clause(self._insert(frame, nouns, {}, lang), "plan", steps)
        body = "doc.generate_hwpx"
        template = phrasings.parse_line(lang, re.sub(r"\{N[^}]*\}", "\x00", frame), "plan", [(body, {})], (), "", "frame")
        made = Realiser(r, now, lang).realise(template)
        given = dict(made.steps[0]["arguments"])
        given["sources"] = [{"$ref": f"s{i + 1}"} for i in range(len(steps))]
        steps.append({"tool": body, "arguments": in_order(body, given)})
        particle = re.search(r"\{N\|?([^}]*)\}", frame)[1]
        pieces = []
        for text, protected in made.pieces:
            if "\x00" in text:
                a, b = text.split("\x00", 1)
                word = "".join(t for t, _ in nouns)
                pieces += [(a, False)] + nouns + [((korean.particle(word, particle) if particle else "") + b, False)]
            else:
                pieces.append((text, protected))
        if r.random() < 0.4 and len(steps) < 5:
            pieces, steps = self._then(pieces, steps, lang, now)
        return Clause(pieces, "plan", steps)

    def _then(self, pieces, steps, lang, now):
        """What is done with the document just made."""
        r = self.rng
        kinds = {"grade": ("label.assign", "document"), "release": ("release.check", "document"),
                 "mail": ("mail.send", "attachment"), "redact": ("doc.redact", "document")}
        source = f"s{len(steps)}.doc_id"
        chain = r.choice([["grade"], ["release"], ["mail"], ["redact", "mail"], ["grade", "release"], ["redact"]])
        for kind in chain:
            if len(steps) >= STEPS_MAX:
                break
            tool, slot = kinds[kind]
            text = r.choice(self.frames[(kind, lang)])
            bare = pieces[-1][0].rstrip(" .!?") if not pieces[-1][1] else pieces[-1][0]
            if lang == "ko":
                joined = None if pieces[-1][1] else korean.join_form(bare)
                pieces = pieces[:-1] + ([(joined + ",", False)] if joined else [(bare, pieces[-1][1]), (r.choice([". 그리고", " 다음", "."]), False)])
            else:
                pieces = pieces[:-1] + [(bare, pieces[-1][1])]
            extra, given = self._tail(text, tool, lang, now)
            given[slot] = {"$ref": source}
            steps.append({"tool": tool, "arguments": in_order(tool, given)})
            pieces += extra
            if kind in ("grade", "redact"):
                source = f"s{len(steps)}.doc_id"
        return pieces, steps

    def _tail(self, text, tool, lang, now):
        realiser = Realiser(self.rng, now, lang)
        template = phrasings.Template("ask", lang, self._pieces(text, tool), [])
        clause = realiser.realise(template)
        return clause.pieces, {k: f.value for k, f in clause.said.items()}

    @staticmethod
    def _pieces(text, tool):
        parts, at = [], 0
        for m in phrasings.SLOT.finditer(text):
            parts += [text[at:m.start()], phrasings._slot(m[1], [(tool, {})], "plan")]
            at = m.end()
        return parts + [text[at:]]

    @staticmethod
    def _insert(frame, nouns, _, lang):
        m = re.search(r"\{N\|?([^}]*)\}", frame)
        word = "".join(t for t, _ in nouns)
        mark = korean.particle(word, m[1]) if m[1] else ""
        return [(frame[:m.start()], False)] + nouns + [(mark + frame[m.end():], False)]

