"""Dates, periods and times as people say them, with their value by the rules of the tool catalogue."""

import calendar
import datetime as dt

KST = dt.timezone(dt.timedelta(hours=9))
NATIVE_DAYS = {1: "하루", 2: "이틀", 3: "사흘", 4: "나흘", 5: "닷새", 10: "열흘", 15: "보름"}
ENGLISH_MONTHS = list(calendar.month_name)
WEEKDAYS = ["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"]
ENGLISH_WEEKDAYS = list(calendar.day_name)
ENGLISH_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
                   10: "ten", 12: "twelve"}


def day(d):
    return d.isoformat()


def instant(t):
    return t.strftime("%Y-%m-%dT%H:%M:%S+09:00")


def span(a, b):
    return {"from": day(a), "to": day(b)}


def clock_span(a, b):
    return {"from": instant(a), "to": instant(b)}


def month_span(year, month, months=1):
    last = month + months - 1
    return span(dt.date(year, month, 1), dt.date(year, last, calendar.monthrange(year, last)[1]))


def back_months(d, months):
    index = d.year * 12 + d.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(d.day, calendar.monthrange(year, month + 1)[1]))


def ordinal(n):
    return f"{n}{'th' if 10 <= n % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


class Dates:
    """Makes (words, value) pairs for one request: rng, now, and its language."""

    def __init__(self, rng, now, lang):
        self.rng, self.now, self.today, self.lang = rng, now, now.date(), lang
        self.ko = lang == "ko"

    def spaced(self, words):
        """Korean spacing as people vary it."""
        kind = self.rng.random()
        return words.replace(" ", "") if self.ko and kind < 0.12 else words

    def pick(self, *choices):
        return self.rng.choice(choices)

    # ---- days

    def full_day(self, year_from=-9, year_to=0):
        r = self.rng
        year = self.today.year + r.randint(year_from, year_to)
        month = r.randint(1, 12)
        d = dt.date(year, month, r.choice([1, 1, r.randint(1, calendar.monthrange(year, month)[1])]))
        return self.written(d), d

    def written(self, d):
        if self.ko:
            forms = [f"{d.year}년 {d.month}월 {d.day}일"] * 6 + [
                day(d), day(d), f"{d.year}.{d.month}.{d.day}", f"{d.year}. {d.month}. {d.day}.",
                f"{d.year}년{d.month}월{d.day}일", f"{d.year}/{d.month:02}/{d.day:02}", f"{d.year % 100:02}년 {d.month}월 {d.day}일"]
        else:
            name, short = ENGLISH_MONTHS[d.month], ENGLISH_MONTHS[d.month][:3]
            forms = [f"{name} {d.day}, {d.year}"] * 3 + [day(d)] * 3 + [
                f"{d.day} {name} {d.year}", f"{short} {d.day}, {d.year}", f"{d.day} {short} {d.year}",
                f"{name} {ordinal(d.day)}, {d.year}", f"{name} {d.day} {d.year}"]
        return self.rng.choice(forms)

    def short_day(self, d):
        if self.ko:
            return self.pick(f"{d.month}월 {d.day}일", f"{d.month}월 {d.day}일", f"{d.month}월{d.day}일", f"{d.month}/{d.day}")
        name = ENGLISH_MONTHS[d.month]
        return self.pick(f"{name} {d.day}", f"{d.day} {name}", f"{name[:3]} {d.day}", f"{name} {ordinal(d.day)}")

    def near_day(self):
        back = self.rng.choice([0, 1, 1, 2, -1])
        ko = {0: ["오늘"], 1: ["어제"], 2: ["그제", "그저께"], -1: ["내일"]}[back]
        en = {0: ["today"], 1: ["yesterday"], 2: ["the day before yesterday"], -1: ["tomorrow"]}[back]
        return self.rng.choice(ko if self.ko else en), self.today - dt.timedelta(back)

    def weekday(self, week):
        """week: -1 last, 0 this, 1 next; None: the weekday alone, first on or after today."""
        w = self.rng.randrange(5) if self.rng.random() < 0.9 else self.rng.randrange(7)
        monday = self.today - dt.timedelta(self.today.weekday())
        if week is None:
            d = self.today + dt.timedelta((w - self.today.weekday()) % 7)
            return (WEEKDAYS[w] if self.ko else ENGLISH_WEEKDAYS[w]), d
        d = monday + dt.timedelta(7 * week + w)
        ko = {-1: ["지난주", "지난 주", "저번 주"], 0: ["이번 주", "이번주", "금주"][:2], 1: ["다음 주", "다음주"]}[week]
        en = {-1: "last", 0: "this", 1: "next"}[week]
        return (f"{self.rng.choice(ko)} {WEEKDAYS[w]}" if self.ko else f"{en} {ENGLISH_WEEKDAYS[w]}"), d

    def past_day(self):
        """as_of, at: mostly a day that has been."""
        r = self.rng.random()
        if r < 0.62:
            words, d = self.full_day()
        elif r < 0.74:
            d = self.today - dt.timedelta(self.rng.randint(1, 300))
            if d.year != self.today.year:
                d = dt.date(self.today.year, 1, self.rng.randint(1, 28))
            words = self.short_day(d)
        elif r < 0.9:
            words, d = self.near_day()
        else:
            words, d = self.weekday(self.pick(-1, -1, 0))
        return words, day(d)

    def due(self):
        r = self.rng.random()
        today = self.today
        if r < 0.2:
            words, d = self.full_day(0, 1)
        elif r < 0.42:
            d = today + dt.timedelta(self.rng.randint(1, 330))
            words = self.short_day(d)
        elif r < 0.55:
            ahead = self.rng.choice([0, 1, 1, 2])
            words = ({0: "오늘", 1: "내일", 2: "모레"} if self.ko else
                     {0: "today", 1: "tomorrow", 2: "the day after tomorrow"})[ahead]
            d = today + dt.timedelta(ahead)
        elif r < 0.68:
            words, d = self.weekday(None)
        elif r < 0.85:
            words, d = self.weekday(self.pick(0, 1, 1))
        elif r < 0.94:
            last = calendar.monthrange(today.year, today.month)[1]
            words, d = self.pick(
                (self.pick("월말", "이달 말") if self.ko else self.pick("the end of the month", "end of month", "month-end"),
                 today.replace(day=last)),
                (self.pick("연말", "연말") if self.ko else self.pick("the end of the year", "year-end"), today.replace(month=12, day=31)))
        else:
            first = (today.replace(day=1) + dt.timedelta(32)).replace(day=1)
            d = first.replace(day=self.rng.randint(1, 28))
            words = f"다음 달 {d.day}일" if self.ko else self.written(d)
        return words, day(d)

    # ---- periods

    def period(self, open_end=True):
        """open_end: words that end in 부터, 이후, 들어 may be used."""
        makers = [(14, self.named_week), (14, self.named_month), (8, self.named_year), (9, self.quarter),
                  (16, self.last_units), (8, self.single_day), (10, self.month_name), (6, self.range),
                  (5, self.last_clock), (4, self.clock_range), (3, self.year), (3, self.weekday_of)]
        if open_end:
            makers += [(8, self.since)]
        weights, makes = zip(*makers)
        return self.rng.choices(makes, weights)[0]()

    def named_week(self):
        week = self.rng.choice([-1, -1, -1, 0, 0, 1])
        monday = self.today - dt.timedelta(self.today.weekday() - 7 * week)
        ko = {-1: ["지난주", "지난주", "저번 주", "지난 주", "전주"][:4], 0: ["이번 주", "이번주"], 1: ["다음 주", "다음주"]}[week]
        en = {-1: ["last week", "last week", "the previous week"], 0: ["this week"], 1: ["next week"]}[week]
        return self.rng.choice(ko if self.ko else en), span(monday, monday + dt.timedelta(6))

    def named_month(self):
        back = self.rng.choice([1, 1, 1, 0, 0, -1])
        first = back_months(self.today.replace(day=1), back)
        ko = {1: ["지난달", "지난달", "지난 달", "저번 달", "저번달"], 0: ["이번 달", "이번달", "이달"], -1: ["다음 달", "다음달"]}[back]
        en = {1: ["last month", "last month", "the previous month"], 0: ["this month"], -1: ["next month"]}[back]
        return self.rng.choice(ko if self.ko else en), month_span(first.year, first.month)

    def named_year(self):
        back = self.rng.choice([1, 1, 1, 0, 0, -1])
        ko = {1: ["작년", "지난해", "작년"], 0: ["올해", "금년"][:1], -1: ["내년"]}[back]
        en = {1: ["last year"], 0: ["this year"], -1: ["next year"]}[back]
        return self.rng.choice(ko if self.ko else en), month_span(self.today.year - back, 1, 12)

    def year(self):
        y = self.today.year - self.rng.randint(0, 9)
        return (self.pick(f"{y}년", f"{y}년도") if self.ko else str(y)), month_span(y, 1, 12)

    def year_words(self):
        """Words for a year before a quarter or half, and the year; empty words: this year."""
        r = self.rng.random()
        if r < 0.4:
            return "", self.today.year
        if r < 0.55:
            return ("작년" if self.ko else "last year"), self.today.year - 1
        if r < 0.62:
            return ("올해" if self.ko else "this year"), self.today.year
        y = self.today.year - self.rng.randint(0, 6)
        return (f"{y}년" if self.ko else str(y)), y

    def quarter(self):
        words, y = self.year_words()
        if self.rng.random() < 0.6:
            q = self.rng.randint(1, 4)
            name = self.pick(f"{q}분기", f"{q}/4분기" if self.rng.random() < 0.2 else f"{q}분기") if self.ko else \
                self.pick(f"Q{q}", f"Q{q}", ["", "the first quarter", "the second quarter", "the third quarter", "the fourth quarter"][q])
            value = month_span(y, 3 * q - 2, 3)
        else:
            h = self.rng.randint(1, 2)
            name = ["상반기", "하반기"][h - 1] if self.ko else ["the first half", "the second half"][h - 1]
            value = month_span(y, 6 * h - 5, 6)
        if not words:
            return name, value
        if self.ko:
            return f"{words} {name}", value
        return (f"{name} {words}" if name.startswith("Q") else f"{name} of {words}"), value

    def last_units(self):
        r, today = self.rng, self.today
        unit = r.choice(["day", "day", "day", "week", "week", "month", "month", "month", "year"])
        n = {"day": r.choice([3, 5, 7, 7, 10, 14, 15, 20, 30, 30, 45, 60, 90]), "week": r.randint(1, 8),
             "month": r.choice([1, 1, 2, 3, 3, 6, 6, 9, 12, 18]), "year": r.choice([1, 2, 3, 5])}[unit]
        if unit in ("day", "week"):
            value = span(today - dt.timedelta(n * (7 if unit == "week" else 1) - 1), today)
        else:
            value = span(back_months(today, n * (12 if unit == "year" else 1)) + dt.timedelta(1), today)
        if not self.ko:
            number = ENGLISH_NUMBERS.get(n, str(n)) if r.random() < 0.25 else str(n)
            if n == 1:
                return self.pick(f"the past {unit}", f"the last {unit}" if unit == "day" else f"the past {unit}"), value
            return f"{self.pick('the last', 'the past', 'the last', 'past', 'last')} {number} {unit}s", value
        head = self.pick("최근", "최근", "최근", "지난", "요") if unit in ("day", "week") else "최근"
        head = "최근" if head == "요" else head
        words = {"day": [f"{n}일", f"{n}일", f"{n}일간"[:-1]], "week": [f"{n}주", f"{n}주"],
                 "month": [f"{n}개월"] if n > 1 else ["한 달", "1개월", "한달"], "year": [f"{n}년"]}[unit]
        if unit == "day" and n in NATIVE_DAYS and r.random() < 0.3:
            words = [NATIVE_DAYS[n]]
        if unit == "week" and n == 1:
            words = ["일주일", "1주일", "1주"]
        if unit == "month" and n in (2, 3) and r.random() < 0.2:
            words = [{2: "두 달", 3: "석 달"}[n]]
        return self.spaced(f"{head} {r.choice(words)}"), value

    def single_day(self):
        if self.rng.random() < 0.7:
            words, d = self.near_day()
        else:
            d = self.today - dt.timedelta(self.rng.randint(1, 150))
            d = d if d.year == self.today.year else dt.date(self.today.year, self.rng.randint(1, 12), 3)
            words = self.short_day(d)
        return words, span(d, d)

    def weekday_of(self):
        words, d = self.weekday(self.pick(-1, -1, 0))
        return words, span(d, d)

    def month_name(self):
        m = self.rng.randint(1, 12)
        r = self.rng.random()
        if r < 0.45:
            return (f"{m}월" if self.ko else ENGLISH_MONTHS[m]), month_span(self.today.year, m)
        if r < 0.6:
            y = self.today.year - 1
            return (f"작년 {m}월" if self.ko else f"{ENGLISH_MONTHS[m]} last year"), month_span(y, m)
        y = self.today.year - self.rng.randint(0, 6)
        return (self.pick(f"{y}년 {m}월", f"{y}년 {m}월", f"{y}-{m:02}", f"{y}.{m:02}"[:0] or f"{y}년{m}월") if self.ko else
                f"{ENGLISH_MONTHS[m]} {y}"), month_span(y, m)

    def range(self):
        r = self.rng.random()
        if r < 0.35:  # months
            a = self.rng.randint(1, 11)
            b = self.rng.randint(a + 1, 12)
            value = month_span(self.today.year, a, b - a + 1)
            if self.ko:
                return self.pick(f"{a}월부터 {b}월까지", f"{a}월~{b}월", f"{a}~{b}월"), value
            a, b = ENGLISH_MONTHS[a], ENGLISH_MONTHS[b]
            return self.pick(f"from {a} to {b}", f"between {a} and {b}", f"{a} through {b}"), value
        year = self.today.year if r < 0.75 else self.today.year - self.rng.randint(1, 5)
        m = self.rng.randint(1, 12)
        a = self.rng.randint(1, 20)
        b = self.rng.randint(a + 1, 28)
        first, last = dt.date(year, m, a), dt.date(year, m, b)
        value = span(first, last)
        if r < 0.75:
            if self.ko:
                return self.pick(f"{m}월 {a}일부터 {b}일까지", f"{m}월 {a}일부터 {m}월 {b}일까지", f"{m}월 {a}일~{b}일",
                                 f"{m}/{a}~{m}/{b}"), value
            name = ENGLISH_MONTHS[m]
            return self.pick(f"from {name} {a} to {b}", f"between {name} {a} and {name} {b}", f"{name} {a}-{b}"), value
        if self.ko:
            return self.pick(f"{year}년 {m}월 {a}일부터 {b}일까지", f"{day(first)}~{day(last)}", f"{day(first)}부터 {day(last)}까지",
                             f"{day(first)} ~ {day(last)}"), value
        return self.pick(f"from {day(first)} to {day(last)}", f"between {day(first)} and {day(last)}"), value

    def last_clock(self):
        minutes = self.rng.random() < 0.35
        n = self.rng.choice([5, 10, 15, 20, 30, 40, 90] if minutes else [1, 2, 2, 3, 4, 6, 8, 12, 24, 48])
        value = clock_span(self.now - dt.timedelta(minutes=n * (1 if minutes else 60)), self.now)
        if self.ko:
            return self.spaced(f"{self.pick('최근', '최근', '지난')} {n}{'분' if minutes else '시간'}"), value
        unit = "minute" if minutes else "hour"
        if n == 1:
            return f"the {self.pick('last', 'past')} hour", value
        number = ENGLISH_NUMBERS.get(n, str(n)) if self.rng.random() < 0.3 else str(n)
        return f"{self.pick('the last', 'the past', 'last', 'past')} {number} {unit}s", value

    def clock(self, d, hour):
        at = dt.datetime.combine(d, dt.time(hour), KST)
        if self.ko:
            name = f"오전 {hour}시" if 0 < hour < 12 else "낮 12시" if hour == 12 else f"오후 {hour - 12}시"
            return self.pick(name, name, f"{hour}시" if hour > 12 else name), at
        return (f"{hour} am" if hour < 12 else "noon" if hour == 12 else f"{hour - 12} pm"), at

    def clock_range(self):
        back = self.rng.choice([0, 0, 1])
        d = self.today - dt.timedelta(back)
        a = self.rng.randint(1, 10)
        b = self.rng.randint(a + 1, 11)
        half = self.rng.choice([0, 12])
        start = dt.datetime.combine(d, dt.time(a + half), KST)
        end = dt.datetime.combine(d, dt.time(b + half), KST)
        if self.ko:
            head = f"{['오늘', '어제'][back]} {['오전', '오후'][half > 0]} {a}시부터 {b}시까지"
        else:
            head = f"{['today', 'yesterday'][back]} from {a} to {b} {['am', 'pm'][half > 0]}"
        return head, clock_span(start, end)

    def since(self):
        r, today = self.rng.random(), self.today
        if r < 0.25:
            return (self.pick("올해 들어", "올해 들어서"[:5], "올해 초부터"[:0] or "올해 들어") if self.ko else "since the start of this year"), \
                span(today.replace(month=1, day=1), today)
        if r < 0.5:
            m = self.rng.randint(1, today.month)
            first = dt.date(today.year, m, 1)
            return (self.pick(f"{m}월 이후", f"{m}월부터") if self.ko else f"since {ENGLISH_MONTHS[m]}"), span(first, today)
        if r < 0.7:
            n = self.rng.choice([2, 3, 4, 5, 7, 10])
            words = f"{n}일 전부터" if n not in NATIVE_DAYS or self.rng.random() < 0.6 else f"{NATIVE_DAYS[n]} 전부터"
            return (words if self.ko else f"since {n} days ago"), span(today - dt.timedelta(n), today)
        if r < 0.82:
            words, value = self.pick(self.named_week, self.named_month)()
            if value["from"] > day(today):
                return self.since()
            return (self.pick(f"{words}부터", f"{words} 이후") if self.ko else f"since {words}"), {"from": value["from"], "to": day(today)}
        words, d = self.full_day(-4, -1)
        return (self.pick(f"{words} 이후", f"{words}부터") if self.ko else f"since {words}"), span(d, today)

    # ---- times

    def time(self):
        """A point in time, for `since`."""
        r = self.rng.random()
        if r < 0.3:
            words, d = self.near_day()
            if d > self.today:
                return self.time()
            return words, instant(dt.datetime.combine(d, dt.time(), KST))
        if r < 0.42:
            words, d = self.weekday(-1)
            return words, instant(dt.datetime.combine(d, dt.time(), KST))
        if r < 0.58:
            back = self.rng.choice([0, 0, 1])
            d = self.today - dt.timedelta(back)
            words, at = self.clock(d, self.rng.randint(1, 11) + self.rng.choice([0, 0, 12]))
            return f"{['오늘', '어제'][back]} {words}" if self.ko else f"{words} {['today', 'yesterday'][back]}", instant(at)
        if r < 0.78:
            minutes = self.rng.random() < 0.4
            n = self.rng.choice([10, 15, 20, 30] if minutes else [1, 2, 3, 4, 6, 12])
            at = self.now - dt.timedelta(minutes=n * (1 if minutes else 60))
            unit = ("분" if minutes else "시간") if self.ko else ("minutes" if minutes else "hour" + "s" * (n > 1))
            return (f"{n}{unit} 전" if self.ko else f"{n} {unit} ago"), instant(at)
        words, d = self.full_day(-2, 0) if r < 0.9 else (None, None)
        if words is None:
            d = self.today - dt.timedelta(self.rng.randint(1, 40))
            d = max(d, self.today.replace(month=1, day=1))
            words = self.short_day(d)
        return words, instant(dt.datetime.combine(d, dt.time(), KST))


def random_now(rng):
    d = dt.date(2024, 1, 1) + dt.timedelta(rng.randrange(365 * 6))
    return dt.datetime.combine(d, dt.time(rng.randint(6, 21), rng.choice([0, 0, 30, rng.randrange(60), rng.randrange(60)])), KST)
