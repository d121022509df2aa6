"""Words for free spans: the writers' fillers, and a wide vocabulary so that the model learns to copy words
that it never saw (word lists of wordfreq and hunspell-ko)."""

import functools
import pathlib
import re
import unicodedata

import wordfreq
from better_profanity import profanity

HERE = pathlib.Path(__file__).parent
HUNSPELL = pathlib.Path("/usr/share/hunspell/ko.dic")
# Words that mean a value or an order: as part of a name they would make a sample ambiguous, and teach that a date may
# stand inside one.
RESERVED_KOREAN = set("오늘 어제 그제 내일 모레 지난주 이번 다음 지난 최근 올해 작년 내년 분기 상반기 하반기 월말 연말 지금 현재 이후 이전 "
               "하루 이틀 사흘 나흘 열흘 보름 일주일 그리고 또는 관련 대한 관한 기준 개월 시간 보고서 공문 문서 메일 조회 확인 검색 "
               "부탁 요청 현황 이력 재고 환자 판례 조문 규정 알람 날씨 민원 정비".split())
RESERVED_ENGLISH = set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep "
    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "today yesterday tomorrow tonight noon midnight morning evening afternoon night week weeks weekend month months year "
    "years quarter hour hours minute minutes day days daily weekly monthly yearly past recent current ago until since "
    "show find list mail send explain mask draft write check compare count extract redact verify open read raise submit "
    "sign acknowledge release label export search look tell give make create summarize sum evaluate pull fetch bring "
    "would could should shall might must will has have had please thanks urgent high low normal".split())


@functools.cache
def korean_nouns():
    nouns = set()
    for line in HUNSPELL.read_text(encoding="utf-8").splitlines():
        word, _, flag = unicodedata.normalize("NFC", line.strip()).partition("/")
        if flag in ("10", "25", "30") and re.fullmatch("[가-힣]{2,4}", word):
            nouns.add(word)
    for word in wordfreq.top_n_list("ko", 20000):
        if re.fullmatch("[가-힣]{2,4}", word) and not re.search("[은는이가을를의에도와과고서며면다요지]$", word):
            nouns.add(word)
    return sorted(nouns - RESERVED_KOREAN)


@functools.cache
def english_words():
    stop = set(wordfreq.top_n_list("en", 250))
    profanity.load_censor_words()
    none = stop | RESERVED_ENGLISH | {str(w) for w in profanity.CENSOR_WORDSET}
    return sorted(w for w in wordfreq.top_n_list("en", 15000) if re.fullmatch("[a-z]{3,12}", w) and w not in none)


@functools.cache
def fillers(name, lang):
    path = HERE / "fillers" / f"{name}.txt"
    if not path.exists():
        return ()
    lines = (line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#") and "\t" in line)
    return tuple(words.strip() for code, words in lines if code.strip() == lang and words.strip())


def fillers_for(tool, argument, lang):
    """The most specific list there is, for Korean ones when English has none."""
    return (fillers(f"{tool}.{argument}", lang) or fillers(argument, lang) or
            fillers(f"{tool}.{argument}", "ko") or fillers(argument, "ko"))


def random_word(rng, lang):
    if lang == "en" or rng.random() < 0.06:
        word = rng.choice(english_words())
        kind = rng.random()
        return word.capitalize() if kind < 0.3 else word.upper() if kind < 0.36 and len(word) < 6 else word
    kind = rng.random()
    if kind < 0.75:
        return rng.choice(korean_nouns())
    if kind < 0.87:  # a name nobody has: syllables of other words
        return "".join(rng.choice(rng.choice(korean_nouns())) for _ in range(rng.randint(2, 4)))
    if kind < 0.94:
        return rng.choice(korean_nouns()) + rng.choice(korean_nouns())[:2]
    return rng.choice(["A", "B", "C", "D", "K", "KX", "SM", "HV", "N"]) + rng.choice(["", "-"]) + str(rng.randint(1, 99))


def random_span(rng, lang):
    """One to four words that nobody wrote before."""
    words = [random_word(rng, lang) for _ in range(rng.choices((1, 2, 3, 4), (40, 38, 16, 6))[0])]
    if rng.random() < 0.12:
        words[rng.randrange(len(words))] += str(rng.randint(1, 30))
    if lang == "ko" and len(words) == 2 and rng.random() < 0.12:
        return words[0] + rng.choice(["의 ", "·", " 및 "]) + words[1]
    return " ".join(words)


def vary(text, rng, lang):
    """A filler changed so that its kind still shows: its last word, or last syllables, stay."""
    text = re.sub(r"\d", lambda m: str(rng.randint(1, 9)), text)
    words = text.split()
    if len(words) > 1:
        keep = rng.randint(1, max(1, len(words) - 1))
        head = [random_word(rng, lang) for _ in range(len(words) - keep)] or [random_word(rng, lang)]
        return " ".join(head + words[-keep:])
    if lang == "ko" and re.fullmatch("[가-힣0-9]{3,}", text):
        return random_word(rng, lang) + text[-2:]
    return random_word(rng, lang) + " " + text


def free_text(rng, tool, argument, lang, alone):
    """Words for a free-text argument. alone: nothing but other words stands beside it, so that a span of any
    words at all is still told apart."""
    known = fillers_for(tool, argument, lang)
    kind = rng.random()
    if argument == "dose":  # a number and its unit, whatever the number
        return re.sub(r"\d+", lambda m: str(rng.choice([int(m[0]), rng.randint(1, 9) * 10 ** (len(m[0]) - 1)])), rng.choice(known))
    if known and kind < 0.6:
        return rng.choice(known)
    if known and (kind < 0.86 or not alone):
        return vary(rng.choice(known), rng, lang)
    return random_span(rng, lang)


def quotation(rng, tool, argument, lang, source=None, clause=False):
    """Words for a quote; clause: one that ends in 다."""
    known = fillers(source, lang) if source else fillers_for(tool, argument, lang)
    if clause:
        known = tuple(k for k in known if re.search("(?<!이)다$", k.rstrip(".")))  # 이다 would become 이라고
    if not known:
        return random_span(rng, lang) + ("이 이상하다" if clause else "")
    text = rng.choice(known).rstrip(".")
    if rng.random() < 0.4:
        words = text.split()
        if len(words) > 1:
            text = " ".join([random_word(rng, lang)] + words[1:]) if rng.random() < 0.6 else \
                random_word(rng, lang) + " " + text
    return text
