"""Surface forms: the words of one argument's value in a request, and the value itself."""

import dataclasses
import functools
import pathlib
import re
import string

from dates import Dates
from vocabulary import free_text, quotation

HERE = pathlib.Path(__file__).parent
IDENTIFIER = re.compile(r"[A-Z]{1,4}-\d{2,4}$")
NATIVE = {1: "한", 2: "두", 3: "세", 4: "네", 5: "다섯", 6: "여섯", 7: "일곱", 8: "여덟", 9: "아홉", 10: "열",
          12: "열두", 15: "열다섯", 20: "스무", 30: "서른"}
ENGLISH = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
           10: "ten", 12: "twelve", 15: "fifteen", 20: "twenty", 30: "thirty"}
UNITS = ["도", "℃", "°C", "bar", "kPa", "rpm", "%", "퍼센트", "Hz", "mm", "L/min", "바", "헤르츠", "리터", "kg", "V", "A", "분", "초", "m3/h"]
TAGS = ["TI", "PT", "TIC", "FI", "FIC", "LI", "LT", "PI", "PIC", "TT", "SI", "VI", "WI", "AI", "PH", "CT", "PDI", "II", "EI", "ZI"]
ASSETS = ["PRS", "PMP", "MTR", "CNV", "FLR", "CMP", "MIX", "HTX", "RBT", "VLV", "CHL", "BLR", "FAN", "TNK"]


@dataclasses.dataclass
class Fill:
    words: str
    value: object


@functools.cache
def enum_words():
    table = {}
    for line in (HERE / "enum_words.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, lang, words = line.split("\t")
            enum, value = name.split(".")
            table.setdefault((enum, lang), {}).setdefault(value, []).append(words)
    return table


class Surfaces:
    """Makes fills for one request, all of one language and one `now`."""

    def __init__(self, rng, now, lang):
        self.rng, self.lang, self.ko = rng, lang, lang == "ko"
        self.dates = Dates(rng, now, lang)

    def one(self, tool, argument, alone=True, open_end=True, source=None, clause=False):
        """A fill for one value of `argument` (of a list: one member)."""
        kinds, name = argument["kinds"], argument["name"]
        if source:
            words = quotation(self.rng, tool, name, self.lang, source, clause)
            return Fill(words, words)
        kind = kinds[0] if len(kinds) == 1 else self._choose_kind(kinds)
        if kind == "text":
            if tool == "setpoint.write" and name == "unit":
                words = self.rng.choice(UNITS)
            else:
                words = free_text(self.rng, tool, name, self.lang, alone)
            return Fill(words, words)
        if kind == "quote":
            words = quotation(self.rng, tool, name, self.lang, None, clause)
            return Fill(words, words)
        if kind.startswith("id:"):
            words = self.identifier(kind[3:])
            return Fill(words, words)
        if kind == "enum":
            choices = enum_words()[(argument["enum"], self.lang)]
            value = self.rng.choice(sorted(choices))
            words = self.rng.choice(choices[value])
            if self.ko and self.rng.random() < 0.08:
                words = words.replace(" ", "")
            return Fill(words, value)
        if kind == "date":
            return Fill(*(self.dates.due() if name == "due" else self.dates.past_day()))
        if kind == "period":
            return Fill(*self.dates.period(open_end))
        if kind == "time":
            return Fill(*self.dates.time())
        if kind == "jo":
            return self.jo()
        if name in ("hang", "ho"):
            return self.clause(name)
        if name == "days":
            return self.days()
        if kind == "int":
            return self.integer()
        if kind == "number":
            return self.number()
        raise ValueError(f"{tool}.{name}: no words for kind {kind}")

    def _choose_kind(self, kinds):
        ids = [k for k in kinds if k.startswith("id:") and k != "id:law"]
        other = [k for k in kinds if not k.startswith("id:")]
        if ids and self.rng.random() < 0.6:
            return ids[0]
        return other[0] if other else ids[0]

    def identifier(self, kind):
        r = self.rng
        number = lambda low=3, high=4: str(r.randint(10 ** (low - 1), 10 ** high - 1))
        if kind == "patient":
            return "P-" + number(4, 4)
        if kind == "order":
            return "ORD-" + number(4, 4)
        if kind == "doc":
            return "DOC-" + number(4, 4)
        if kind == "alarm":
            return "AL-" + number(4, 4)
        if kind == "tag":
            head = r.choice(TAGS) if r.random() < 0.8 else "".join(r.choices(string.ascii_uppercase, k=r.randint(2, 3)))
            head = "TI" if head in ("P", "AL", "WO", "DOC", "ORD", "REQ") else head
            return f"{head}-{number(3, 3)}"
        if kind == "asset":
            head = r.choice(ASSETS) if r.random() < 0.8 else "".join(r.choices(string.ascii_uppercase, k=3))
            head = "PMP" if head in ("DOC", "ORD", "REQ") else head
            return f"{head}-{r.randint(1, 40):02}"
        if kind == "req":
            return "REQ-" + number(3, 3)
        if kind == "item":
            digits = "".join(str(r.randint(0, 9)) for _ in range(13))
            return f"{digits[:4]}-{digits[4:6]}-{digits[6:9]}-{digits[9:]}"
        raise ValueError(f"no identifier of kind {kind}")

    def jo(self):
        n = self.rng.choice([self.rng.randint(1, 40), self.rng.randint(1, 130)])
        branch = self.rng.choice([0, 0, 0, self.rng.randint(2, 9)])
        value = f"{n}-{branch}" if branch else str(n)
        if self.ko:
            kind = self.rng.random()
            words = f"제{n}조" if kind < 0.62 else f"{n}조" if kind < 0.9 else f"제 {n} 조" if kind < 0.95 else f"제{n} 조"
            return Fill(words + (f"의{branch}" if branch else ""), value)
        shown = f"{n}-{branch}" if branch else str(n)
        return Fill(self.rng.choice([f"Article {shown}", f"Article {shown}", f"article {shown}", f"Art. {shown}"]), value)

    def clause(self, name):
        n = self.rng.randint(1, 9)
        if self.ko:
            unit = "항" if name == "hang" else "호"
            return Fill(self.rng.choice([f"제{n}{unit}", f"제{n}{unit}", f"{n}{unit}"]), n)
        unit = "paragraph" if name == "hang" else self.rng.choice(["item", "subparagraph"])
        return Fill(f"{unit} {n}", n)

    def days(self):
        r = self.rng
        kind = r.random()
        if kind < 0.62:
            n = r.choice([3, 5, 7, 10, 14, 15, 20, 30, 30, 45, 60, 90, r.randint(2, 120)])
            words = f"{n}일" if self.ko else f"{n} days"
            natives = {3: "사흘", 4: "나흘", 10: "열흘", 15: "보름"}
            if self.ko and n in natives and r.random() < 0.4:
                words = natives[n]
            return Fill(words, n)
        if kind < 0.85:
            n = r.randint(1, 8)
            if self.ko:
                return Fill(r.choice(["일주일", "1주", "한 주"]) if n == 1 else f"{n}주", 7 * n)
            return Fill("a week" if n == 1 else f"{ENGLISH[n] if r.random() < 0.5 else n} weeks", 7 * n)
        return Fill(r.choice(["한 달", "한달", "1개월"]) if self.ko else r.choice(["a month", "one month"]), 30)

    def integer(self):
        r = self.rng
        kind = r.random()
        n = r.choice([r.randint(1, 30), r.randint(2, 60) * 5, r.randint(1, 40) * 50, r.randint(1, 999)])
        if kind < 0.6:
            return Fill(str(n), n)
        if kind < 0.7:
            n = r.choice([1000, 1200, 1500, 2000, 2500, 3000, 12000])
            return Fill(f"{n:,}", n)
        if kind < 0.78 and self.ko:
            n = r.choice([10000, 20000, 30000, 50000, 12000])
            return Fill({10000: "1만", 20000: "2만", 30000: "3만", 50000: "5만", 12000: "1만 2천"}[n], n)
        table = NATIVE if self.ko else ENGLISH
        n = r.choice(sorted(table))
        return Fill(table[n], n)

    def number(self):
        r = self.rng
        kind = r.random()
        if kind < 0.55:
            n = r.choice([r.randint(1, 120), r.randint(1, 60) * 5])
            return Fill(str(n), n)
        if kind < 0.8:
            n = round(r.uniform(0.1, 99), r.choice([1, 1, 2]))
            n = int(n) if n == int(n) else n
            return Fill(str(n), n)
        if kind < 0.9:
            n = -r.randint(1, 30)
            return Fill(r.choice([f"영하 {-n}", f"마이너스 {-n}", str(n)]) if self.ko else r.choice([f"minus {-n}", str(n)]), n)
        n = r.randint(11, 49) * 100
        return Fill(f"{n:,}", n)

    def joined(self, words):
        """List members said together."""
        from korean import particle
        if len(words) == 1:
            return words[0]
        r = self.rng
        if all(IDENTIFIER.match(word) for word in words) and r.random() < 0.12:
            return " ".join(words)
        if not self.ko:
            last = r.choice([" and ", " and ", ", ", ", and " if len(words) > 2 else " and ", " & "])
            return ", ".join(words[:-1]) + last + words[-1]
        kind = r.random()
        if kind < 0.35:
            head = ", ".join(words[:-1])
            return head + particle(words[-2], "과") + " " + words[-1]
        if kind < 0.6:
            return ", ".join(words)
        if kind < 0.75:
            return ", ".join(words[:-1]) + particle(words[-2], "이랑") + " " + words[-1]
        if kind < 0.85:
            return ", ".join(words[:-1]) + r.choice([" 및 ", ", 그리고 "]) + words[-1]
        if kind < 0.94:
            return r.choice([",", "·", "·", "/"]).join(words)
        return "하고 ".join(words)
