"""Makes training samples from the phrasings: fills, joins, noise. Deterministic by seed.

    python generate.py --count 100000 --seed 1 --split train --out samples.jsonl
"""

import argparse
import json
import random
import re

import dates
import korean
import phrasings
import pointing
from phrasings import HERE, argument, tools
from realise import Clause, Realiser, shift

NOW_FORM = "%Y-%m-%dT%H:%M:%S+09:00"
STEPS_MAX = 6
# A step of these does not follow others as a separate wish: whether it rests on them would be a guess.
LAST_ALONE = {"doc.generate_hwpx", "mail.send"}
# Pairs of tools that training never sees together: the test of unseen tool pairs.
HELD_PAIRS = {frozenset(p) for p in (
    ("law.article", "mail.search"), ("case.search", "doc.search"), ("patient.summary", "imaging.find"),
    ("med.active_list", "lab.trend"), ("tag.read", "alarm.history"), ("oee.compute", "tag.history"),
    ("readiness.status", "supply.stock"), ("maint.orders", "sa.tracks"), ("mail.search", "opendata.get"),
    ("law.delegation", "case.search"), ("spc.evaluate", "alarm.active"), ("supply.shortfall", "opendata.get"))}
HEADS = {"period": 4, "patient": 3, "unit": 3, "law": 1, "area": 1}


def pairs_of(names):
    names = list(names)
    return {frozenset((a, b)) for i, a in enumerate(names) for b in names[i + 1:] if a != b}


def held_pair(names):
    return bool(pairs_of(names) & HELD_PAIRS)


def weighted(rng, table):
    return rng.choices(list(table), list(table.values()))[0]


class Mixer:
    """split: train (no held-out phrasing, no held-out pair), unseen (held-out phrasings only), pairs (held-out
    pairs of seen phrasings), seen (as train: other values)."""

    def __init__(self, rng, split):
        self.rng, self.split = rng, split
        every = phrasings.load()
        want = split == "unseen"
        self.all = [t for t in every if t.held_out == want]
        self.nouns = [t for t in phrasings.read(HERE / "noun_phrases.txt", []) if want or not t.held_out]
        self.frames = self._frames()
        self.single, self.multi, self.ask, self.refuse = {}, {}, {}, {}
        for t in self.all:
            if t.verdict == "ask":
                self.ask.setdefault(t.lang, {}).setdefault(t.missing, []).append(t)
            elif t.verdict == "refuse":
                self.refuse.setdefault(t.lang, {}).setdefault(t.reason, []).append(t)
            elif len(t.steps) > 1:
                if split not in ("train", "seen") or not held_pair(t.tools):
                    self.multi.setdefault(t.lang, []).append(t)
            else:
                self.single.setdefault(t.lang, {}).setdefault(t.tools[0], []).append(t)
        self.noun_tools = {lang: {} for lang in ("ko", "en")}
        for t in self.nouns:
            self.noun_tools[t.lang].setdefault(t.tools[0], []).append(t)

    def _frames(self):
        frames, kind = {}, None
        for line in (HERE / "frames.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                kind = line[2:].strip()
            elif line and not line.startswith("#"):
                if kind == "then":
                    name, lang, text = line.split(" ", 2)
                    frames.setdefault((name, lang), []).append(text)
                else:
                    lang, text = line.split(" ", 1)
                    frames.setdefault((kind, lang), []).append(text)
        return frames

    # ---- one request

    def sample(self):
        lang = "ko" if self.rng.random() < 0.72 else "en"
        now = dates.random_now(self.rng)
        makers = {self.one: 32, self.several: 13, self.nouns_together: 10, self.many: 27, self.ask_back: 12,
                  self.pointed: 8, self.refused: 11}
        if self.split == "pairs":
            makers = {self.several: 1, self.nouns_together: 1}
        clause = weighted(self.rng, makers)(lang, now)
        if clause is None:
            return None
        names = [s["tool"] for s in clause.steps]
        if clause.verdict == "plan":
            if len(names) > STEPS_MAX:
                return None
            if self.split in ("train", "seen") and held_pair(names):
                return None
            if self.split == "pairs" and not held_pair(names):
                return None
        text = self.finish(clause, lang)
        return {"text": text, "now": now.strftime(NOW_FORM), "lang": lang, "plan": self.plan(clause)}

    def plan(self, clause):
        if clause.verdict == "ask":
            return {"verdict": "ask", "missing": list(clause.missing)}
        if clause.verdict == "refuse":
            return {"verdict": "refuse", "reason": clause.reason}
        return {"verdict": "plan", "steps": [
            {"id": f"s{i + 1}", "tool": s["tool"], "arguments": s["arguments"]} for i, s in enumerate(clause.steps)]}

    def one(self, lang, now):
        tool = self.rng.choice(sorted(self.single[lang]))
        return Realiser(self.rng, now, lang).realise(self.rng.choice(self.single[lang][tool]))

    def many(self, lang, now):
        if not self.multi.get(lang):
            return self.one(lang, now)
        return Realiser(self.rng, now, lang).realise(self.rng.choice(self.multi[lang]))

    # ---- several single requests in one

    def several(self, lang, now):
        n = self.rng.choices((2, 3, 4), (68, 25, 7))[0]
        reuse, clauses = {}, []
        domain = None
        for _ in range(30):
            if len(clauses) == n:
                break
            tool = self.rng.choice(sorted(self.single[lang]))
            if domain and tools()[tool]["domain"] != domain and self.rng.random() < 0.6:
                continue
            template = self.rng.choice(self.single[lang][tool])
            used = {c.steps[0]["tool"] for c in clauses}
            if tool in used and any(a["list"] for a in tools()[tool]["arguments"]):
                continue
            if clauses and tool in LAST_ALONE:
                continue
            clause = Realiser(self.rng, now, lang, reuse if self.rng.random() < 0.6 else {}).realise(template)
            if any(c.steps == clause.steps for c in clauses):
                continue
            clauses.append(clause)
            domain = tools()[tool]["domain"]
        return self.join(clauses, lang) if len(clauses) == n else None

    def join(self, clauses, lang):
        """Clauses one after the other: as sentences, as a list, or run together."""
        r = self.rng
        style = r.random()
        pieces, steps = [], []
        for i, clause in enumerate(clauses):
            last = i + 1 == len(clauses)
            steps += [{"tool": s["tool"], "arguments": shift(s["arguments"], len(steps))} for s in clause.steps] \
                if clause.steps else []
            part = list(clause.pieces)
            if style < 0.12:
                part = [(f"{i + 1}. " if style < 0.06 else f"{i + 1}) ", False)] + part + [("" if last else r.choice(["\n", " "]), False)]
            elif not last:
                part = self.linked(part, lang, r)
            pieces += part
        return Clause(pieces, "plan", steps)

    def linked(self, part, lang, r):
        """A clause made ready for another to follow."""
        text, protected = part[-1]
        bare = text.rstrip(" .!?")
        if lang == "ko" and not protected and r.random() < 0.6:
            joined = korean.join_form(text)
            if joined:
                return part[:-1] + [(joined + r.choice([", ", " ", ", 그리고 ", " 또 ", ", "]), False)]
        if protected:
            bare = text
        after = r.choice([". ", ". ", ". 그리고 ", ". 또 ", ", ", ", 그리고 ", "\n", " / ", ". 추가로 ", "; ", ". 아울러 "] if lang == "ko" else
                         [". ", ". ", ". Also, ", ". And ", ", and ", "; ", "\n", ", then ", " and ", ". Then ", " / "])
        if text.rstrip().endswith("?") and after.startswith("."):
            bare, after = text.rstrip(), after[1:]
        return part[:-1] + [(bare, protected), (after, False)]

    # ---- noun phrases joined

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
            choices = [t for t in table[tool] if not head or not self._says(t, head)]
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
    def _says(template, name):
        return any(isinstance(p, phrasings.Slot) and p.name == name for p in template.pieces)

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
        order = [a["name"] for a in tools()[body]["arguments"]]
        steps.append({"tool": body, "arguments": {k: given[k] for k in order if k in given}})
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
            order = [a["name"] for a in tools()[tool]["arguments"]]
            steps.append({"tool": tool, "arguments": {k: given[k] for k in order if k in given}})
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

    # ---- questions and refusals

    def ask_back(self, lang, now):
        table = self.ask.get(lang)
        if not table:
            return None
        missing = self.rng.choice(sorted(table))
        template = self.rng.choice(table[missing])
        return self.beside_another(Realiser(self.rng, now, lang).realise(template), lang, now)

    def beside_another(self, clause, lang, now):
        """A question, sometimes with a complete wish beside it that cannot answer it."""
        if self.rng.random() < 0.3:
            other = self.one(lang, now)
            tool = clause.missing[0].rpartition(".")[0]
            names = {m.rpartition(".")[2] for m in clause.missing}
            if tools()[tool]["domain"] != tools()[other.steps[0]["tool"]]["domain"] and not names & set(other.said):
                joined = self.join([clause, other] if self.rng.random() < 0.7 else [other, clause], lang)
                return Clause(joined.pieces, "ask", [], clause.missing)
        return clause

    def pointed(self, lang, now):
        if self.rng.random() < 0.3 and self.multi.get(lang):
            template = self.rng.choice(self.multi[lang])
        else:
            template = self.rng.choice(self.single[lang][self.rng.choice(sorted(self.single[lang]))])
        made = pointing.question(self.rng, template)
        return made and self.beside_another(Realiser(self.rng, now, lang).realise(*made), lang, now)

    def refused(self, lang, now):
        table = self.refuse.get(lang)
        if not table:
            return None
        reason = self.rng.choice(sorted(table))
        clause = Realiser(self.rng, now, lang).realise(self.rng.choice(table[reason]))
        if self.rng.random() < 0.4:
            other = self.one(lang, now) if self.rng.random() < 0.85 else self.ask_back(lang, now)
            if other is None:
                return clause
            parts = [clause, other] if self.rng.random() < 0.5 else [other, clause]
            joined = self.join(parts, lang)
            return Clause(joined.pieces, "refuse", [], (), reason)
        return clause

    # ---- what people add and get wrong

    def finish(self, clause, lang):
        r = self.rng
        pieces = [p for p in clause.pieces if p[0]]
        if self.split not in ("unseen",) and r.random() < 0.28:
            free = [i for i, (t, protected) in enumerate(pieces) if not protected and len(t.strip()) > 1]
            for i in r.sample(free, min(len(free), r.choice((1, 1, 2)))):
                pieces[i] = (korean.noisy(pieces[i][0], r), False)
        text = "".join(t for t, _ in pieces).strip()
        if r.random() < 0.12:
            text = r.choice(korean.OPENINGS[lang]) + r.choice([", ", " ", ". ", "... "]) + text
        if r.random() < 0.1:
            text = text + (r.choice([" ", ". ", ", "]) if text[-1] not in ".!?" else " ") + r.choice(korean.CLOSINGS[lang])
        if r.random() < 0.3 and text[-1] not in ".!?":
            text += r.choice([".", ".", ".", "?", "!", "..", "~"])
        elif r.random() < 0.15:
            text = text.rstrip(".!?")
        if lang == "en" and r.random() < 0.12:
            text = text[0].lower() + text[1:] if not pieces[0][1] and not text[:2].isupper() else text
        return text


def make(count, seed, split):
    rng = random.Random(f"{seed}/{split}")
    mixer, seen, out = Mixer(rng, split), set(), []
    tries = 0
    while len(out) < count and tries < count * 6:
        tries += 1
        sample = mixer.sample()
        if sample and len(sample["text"]) <= 400 and sample["text"] not in seen:
            seen.add(sample["text"])
            sample["id"] = f"{split}-{len(out)}"
            out.append(sample)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", default="train", choices=("train", "seen", "unseen", "pairs"))
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    with open(args.out, "w", encoding="utf-8") as out:
        for sample in make(args.count, args.seed, args.split):
            out.write(json.dumps(sample, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
