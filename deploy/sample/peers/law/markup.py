"""What every answer of the law service is made of."""
import re
from xml.sax.saxutils import escape


def tag(name, value):
    return f"<{name}>{escape(str(value))}</{name}>"


def answer(root, inside):
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}>{inside}</{root}>'


def key(text):
    return re.sub(r"[\s·ㆍ,]", "", text)
