"""Korean glue: particles by final sound, request endings turned into joins, noise that people make."""

import re

PAIRS = {  # particle: (after a consonant, after a vowel)
    "은": ("은", "는"), "이": ("이", "가"), "을": ("을", "를"), "과": ("과", "와"),
    "으로": ("으로", "로"), "이랑": ("이랑", "랑"), "이나": ("이나", "나"),
    "이라": ("이라", "라"), "이라고": ("이라고", "라고"), "이라는": ("이라는", "라는"),
    "이라면": ("이라면", "라면"), "이고": ("이고", "고"), "이며": ("이며", "며"), "이란": ("이란", "란"),
    "이든": ("이든", "든"), "이야": ("이야", "야"), "이에요": ("이에요", "예요"),
    "아": ("아", "야"), "이니": ("이니", "니"), "인": ("인", "인"),
}
ALIASES = {"는": "은", "가": "이", "를": "을", "와": "과", "로": "으로", "랑": "이랑", "나": "이나",
           "라": "이라", "라고": "이라고", "라는": "이라는", "라면": "이라면", "란": "이란"}
DIGIT_SOUNDS = "영일이삼사오육칠팔구"
LATIN_CLOSED = set("lmnr")  # letters whose Korean name ends in a consonant


def final(word):
    """Index of the last sound's final consonant: 0 none, 8 ㄹ; as the word is read aloud."""
    for c in reversed(word):
        if "가" <= c <= "힣":
            return (ord(c) - 0xAC00) % 28
        if c.isdigit():
            return (ord(DIGIT_SOUNDS[int(c)]) - 0xAC00) % 28 if c.isascii() else 0
        if c.isascii() and c.isalpha():
            if c.lower() == "l" or c.lower() == "r":
                return 8
            return 16 if c.lower() in "mn" else 0
        if c == "Ⅲ":
            return 16
        if c in "ⅠⅡ":
            return 8 if c == "Ⅰ" else 0
    return 0


def particle(word, wanted):
    wanted = ALIASES.get(wanted, wanted)
    closed, opened = PAIRS.get(wanted, (wanted, wanted))
    end = final(word)
    if wanted == "으로" and end == 8:
        return opened
    return closed if end else opened


# How a closing request turns into a clause that goes on.
_JOINS = [
    (r"(알려|보여|찾아|뽑아|확인해|조회해|정리해|올려|만들어|해|써|띄워|불러|걸어|보내|내려|등록해|봐|골라|추려|돌려|읽어|계산해|산출해) ?"
     r"(줘요?|주라|줄래요?|다오|주렴)$", r"\1 주고"),
    (r"(\S+) ?(주세요|주십시오|주시기 바랍니다|주실래요|주시겠어요|주시겠습니까|주실 수 있나요|주실 수 있을까요|주시면 감사하겠습니다|주시면 고맙겠습니다|주시면 좋겠습니다)$",
     r"\1 주시고"),
    (r"(바랍니다|바람)$", "바라며"),
    (r"(부탁드립니다|부탁드려요|부탁드릴게요|부탁드리겠습니다)$", "부탁드리고"),
    (r"(부탁합니다|부탁해요?)$", "부탁하고"),
    (r"(해라|하라|하시오|하십시오|해)$", "하고"),
    (r"(궁금합니다|궁금해요?|궁금하네)$", "궁금하고"),
    (r"(조회|확인|검색|요청|산출|작성|등록|발송|표시|점검|분석)( 요망)?$", r"\1하고"),
]
JOINS = [(re.compile(p), r) for p, r in _JOINS]


def join_form(text):
    """The text with its closing verb turned into -고/-며, or None if it has no known one."""
    bare = text.rstrip(" .!?~")
    for pattern, change in JOINS:
        if pattern.search(bare):
            return pattern.sub(change, bare)
    return None


OPENINGS = {
    "ko": ["저기요", "안녕하세요", "수고하십니다", "급해서 그런데요", "바쁘신데 죄송합니다만", "음", "혹시", "그", "저",
           "미안한데", "회의 전에 필요해서 그런데", "오늘 중으로 봐야 해서요", "담당자가 휴가라 제가 대신 묻습니다",
           "윗선에서 찾으셔서요", "확인차 여쭙니다", "다름이 아니라", "일단", "자", "아 맞다", "부탁 하나만 할게요",
           "보고 들어가야 해서", "빨리요", "실례합니다", "시스템 처음 써 보는데요", "아침부터 죄송해요", "마루야",
           "지금 자리에 있으면", "전화로 말씀드린 건데요", "인수인계 받은 지 얼마 안 돼서요", "퇴근 전에"],
    "en": ["Hi", "Hello", "Quick one", "Sorry to bother you", "When you get a chance", "Hey", "Okay so",
           "Before the meeting", "I'm new here", "Urgent", "My boss is asking", "Please", "So", "Good morning",
           "One more thing", "If you have a minute", "Could you help me out"],
}
CLOSINGS = {
    "ko": ["감사합니다", "부탁드려요", "고맙습니다", "수고하세요", "빨리 부탁드립니다", "꼭이요", "되면 알려 주세요", "ㅎㅎ", "^^",
           "ㅠㅠ", "고마워", "급합니다", "미리 감사드립니다", "오늘 안에요", "이상입니다", "🙏", "기다릴게요", "천천히 해도 돼요"],
    "en": ["Thanks", "thank you", "Cheers", "asap", "Much appreciated", "thx", "Thanks in advance", "🙏",
           "please and thank you", "No rush", "it's urgent"],
}
TYPOS = [("해 주세요", "해주세여"), ("주세요", "주세여"), ("습니다", "슴니다"), ("입니다", "임니다"), ("돼", "되"), ("있는", "잇는"),
         ("어떻게", "어떡게"), ("보여줘", "보여죠"), ("알려줘", "알려죠"), ("확인", "확안"), ("부탁", "부턱"), ("조회", "조희"),
         ("좀", "쫌"), ("했는", "햇는"), ("없는", "업는"), ("그리고", "글고"), ("얼마", "올마"), ("the", "teh"),
         ("please", "plz"), ("you", "u"), ("and ", "n "), ("show", "shwo"), ("what", "waht")]


def noisy(text, rng):
    """One small mistake in text that holds no value."""
    if len(text.strip()) < 2:
        return text
    kind = rng.random()
    if kind < 0.35:  # a space lost
        spots = [i for i, c in enumerate(text) if c == " " and 0 < i < len(text) - 1]
        if spots:
            i = rng.choice(spots)
            return text[:i] + text[i + 1:]
    elif kind < 0.5:  # a space too many
        spots = [i for i in range(1, len(text)) if "가" <= text[i] <= "힣" and "가" <= text[i - 1] <= "힣"]
        if spots:
            i = rng.choice(spots)
            return text[:i] + " " + text[i:]
    elif kind < 0.75:
        known = [t for t in TYPOS if t[0] in text]
        if known:
            return text.replace(*rng.choice(known), 1)
    else:  # a wrong or lost letter
        spots = [i for i, c in enumerate(text) if c.isalpha()]
        i = rng.choice(spots) if spots else None
        if i is not None:
            c = text[i]
            if "가" <= c <= "힣":
                code = ord(c) - 0xAC00
                c = chr(0xAC00 + (code - code % 28 if rng.random() < 0.5 else (code + 28) % 11172))
                return text[:i] + c + text[i + 1:]
            return text[:i] + text[i + 1:]
    return text
