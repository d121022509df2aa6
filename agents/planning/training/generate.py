"""Makes training samples from the phrasings: fills, joins, noise. Deterministic by seed.

    python generate.py --count 100000 --seed 1 --split train --out samples.jsonl
"""

import argparse
import json
import random

import dates
import korean
import phrasings
from joining import Joining
from nouns import STEPS_MAX, Nouns, weighted
from phrasings import HERE
from realise import Realiser
from replies import Replies

NOW_FORM = "%Y-%m-%dT%H:%M:%S+09:00"
# Pairs of tools that training never sees together: the test of unseen tool pairs. Seldom asked for together, so that
# nobody's daily request is what the model was kept from.
HELD_PAIRS = {frozenset(p) for p in (
    ("law.article", "mail.search"), ("imaging.find", "opendata.get"), ("med.safety_check", "doc.search"),
    ("tag.read", "law.search"), ("oee.compute", "supply.shortfall"), ("sa.tracks", "sql.query"),
    ("maint.orders", "opendata.get"), ("law.delegation", "mail.search"), ("spc.evaluate", "maint.orders"),
    ("supply.shortfall", "case.search"), ("lab.trend", "doc.extract"), ("readiness.status", "mail.search"))}
MAKERS = {"one": 30, "several": 15, "summed": 7, "nouns_together": 10, "many": 28, "ask_back": 12, "pointed": 8,
          "refused": 11}
MAKERS_OF_PAIRS = {"several": 1, "nouns_together": 1}


def pairs_of(names):
    names = list(names)
    return {frozenset((a, b)) for i, a in enumerate(names) for b in names[i + 1:] if a != b}


def held_pair(names):
    return bool(pairs_of(names) & HELD_PAIRS)


class Mixer(Joining, Nouns, Replies):
    """split: train (no held-out phrasing, no held-out pair), unseen (held-out phrasings only), pairs (held-out
    pairs of seen phrasings), seen (as train: other values)."""

    def __init__(self, rng, split):
        self.rng, self.split = rng, split
        every = phrasings.every()
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
        lang = "ko" if self.rng.random() < 0.55 else "en"
        now = dates.random_now(self.rng)
        makers = MAKERS_OF_PAIRS if self.split == "pairs" else MAKERS
        clause = getattr(self, weighted(self.rng, makers))(lang, now)
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
    while len(out) < count and tries < count * (60 if split == "pairs" else 6):
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
