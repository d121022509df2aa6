"""Several complete requests in one, each a clause of its own."""

import korean
from phrasings import tools
from nouns import STEPS_MAX, in_order
from realise import Clause, Realiser, shift

# A step of these does not follow others as a separate wish: whether it rests on them would be a guess.
LAST_ALONE = {"doc.generate_hwpx", "mail.send"}
# Steps that only find one of the results a document rests on.
SEARCHES = {"law.search", "doc.search", "mail.search"}
CLAUSES = {2: 52, 3: 27, 4: 14, 5: 7}


def referred(value):
    """Steps that a value refers to."""
    if isinstance(value, dict):
        return {value["$ref"].partition(".")[0]} if "$ref" in value else set()
    return set().union(*map(referred, value)) if isinstance(value, list) else set()


def rested_on(steps):
    """What a document over all steps rests on; None where that would be a guess."""
    used = set().union(*(referred(v) for s in steps for v in s["arguments"].values()))
    found = [f"s{i + 1}" for i, s in enumerate(steps)]
    if any(tools()[s["tool"]]["kind"] != "read" for s in steps):
        return None
    if any(s["tool"] not in SEARCHES for n, s in zip(found, steps) if n in used):
        return None
    return [{"$ref": n} for n in found if n not in used]


class Joining:
    """Part of a Mixer."""

    def several(self, lang, now):
        clauses = self._clauses(lang, now, self.rng.choices(list(CLAUSES), list(CLAUSES.values()))[0])
        return clauses and self.join(clauses, lang)

    def _clauses(self, lang, now, n, reads=False):
        """n requests; reads: of those that change nothing. None where they cannot be found."""
        reuse, clauses, domain = {}, [], None
        for _ in range(30):
            if len(clauses) == n:
                break
            template = self._next(lang, domain, bool(clauses))
            if not self._follows(template, clauses, reads):
                continue
            clause = Realiser(self.rng, now, lang, reuse if self.rng.random() < 0.6 else {}).realise(template)
            if any(c.steps == clause.steps for c in clauses):
                continue
            clauses.append(clause)
            domain = tools()[clause.steps[0]["tool"]]["domain"]
        return clauses if len(clauses) == n else None

    def _next(self, lang, domain, later):
        """Mostly of one domain, sometimes one of several steps."""
        if self.multi.get(lang) and self.rng.random() < 0.15:
            return self.rng.choice(self.multi[lang])
        for _ in range(8):
            tool = self.rng.choice(sorted(self.single[lang]))
            if not later or tools()[tool]["domain"] == domain or self.rng.random() < 0.4:
                break
        return self.rng.choice(self.single[lang][tool])

    @staticmethod
    def _follows(template, clauses, reads):
        names = template.tools
        if reads and any(tools()[n]["kind"] != "read" or n == "release.check" for n in names):
            return False
        if clauses and LAST_ALONE & set(names):
            return False
        used = {s["tool"] for c in clauses for s in c.steps}
        return not any(n in used and any(a["list"] for a in tools()[n]["arguments"]) for n in names)

    def summed(self, lang, now):
        """Several requests, then a document over all that they found, then what is done with it."""
        clauses = self._clauses(lang, now, self.rng.choices((1, 2, 3, 4), (8, 42, 33, 17))[0], reads=True)
        steps = clauses and self.join(clauses, lang).steps
        sources = steps and rested_on(steps)
        if not sources or len(steps) >= STEPS_MAX:
            return None
        tool = "doc.generate_hwpx"
        frame, given = self._tail(self.rng.choice(self.frames[("sum", lang)]), tool, lang, now)
        given["sources"] = sources
        steps = steps + [{"tool": tool, "arguments": in_order(tool, given)}]
        pieces = self.join([*clauses, Clause(frame, "plan", [])], lang).pieces
        if self.rng.random() < 0.3 and len(steps) < STEPS_MAX:
            pieces, steps = self._then(pieces, steps, lang, now)
        return Clause(pieces, "plan", steps)

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
                part = [(f"{i + 1}. " if style < 0.06 else f"{i + 1}) ", False)] + part
                part += [] if last else [(r.choice(["\n", " "]), False)]
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

