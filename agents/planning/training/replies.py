"""Requests that are answered by a question or refused, alone or beside others."""

import pointing
from phrasings import tools
from realise import Clause, Realiser


class Replies:
    """Part of a Mixer."""

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

