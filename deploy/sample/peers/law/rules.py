"""Administrative rules (target admrul) and ordinances (target ordin) as the service gives them.

Unlike statutes they carry no tags inside an article: an article is text with line breaks. The newest version issued is
the current one (nw=1), even if its day of effect is still to come; the others, and a repeal, are past ones (nw=2).
"""
import json
import re

from markup import answer, key, tag

HEADING = re.compile(r"제(\d+)조(?:의(\d+))?(?:\(([^)]*)\))?")
KINDS = {"조례": "C0001", "규칙": "C0002"}  # bodies give the kind of an ordinance as a code
MISSING = {"admrul": "일치하는 행정규칙이 없습니다.", "ordin": "일치하는 자치법규가 없습니다."}


def load(folder):
    data = json.loads((folder / "rules.json").read_text())
    def spread(rule):
        for i, version in enumerate(rule["versions"]):
            newest = i + 1 == len(rule["versions"])
            yield {**rule, **version, "past": rule["versions"][:i + 1],
                   "current": newest and version["revision"] != "폐지"}
    return {target: [version for rule in data[target] for version in spread(rule)] for target in MISSING}


def name_tag(name, value):
    return f"<{name}><![CDATA[\n{value}]]></{name}>"


def admrul_fields(version):
    return (tag("행정규칙일련번호", version["serial"]) + name_tag("행정규칙명", version["name"]) +
            tag("행정규칙종류", version["type"]) + tag("발령일자", version["issued"]) + tag("발령번호", version["number"]) +
            tag("소관부처명", version["authority"]) + tag("제개정구분명", version["revision"]) +
            tag("행정규칙ID", version["id"]) + tag("시행일자", version["effective"]))


def ordin_fields(version, in_body):
    return (tag("자치법규일련번호", version["serial"]) + name_tag("자치법규명", version["name"]) +
            tag("자치법규ID", version["id"]) + tag("공포일자", version["issued"]) + tag("공포번호", version["number"]) +
            tag("제개정정보" if in_body else "제개정구분명", version["revision"]) + tag("지자체기관명", version["authority"]) +
            tag("자치법규종류", KINDS[version["type"]] if in_body else version["type"]) +
            tag("시행일자", version["effective"]))


def search(rules, query):
    target = query["target"]
    def fits(version):
        if version["current"] != (query.get("nw", "1") == "1"):
            return False
        if query.get("search", "1") == "2":
            text = key(version["name"] + "".join(version.get("articles", [])))
            return all(key(word) in text for word in query.get("query", "").split())
        return key(query.get("query", "")) in key(version["name"])
    found = sorted(filter(fits, rules[target]), key=lambda version: version["name"])
    if target == "ordin":
        return "OrdinSearch", [f'<law id="{i + 1}">{ordin_fields(v, False)}</law>' for i, v in enumerate(found)]
    state = {True: "현행", False: "연혁"}
    return "AdmRulSearch", [f'<admrul id="{i + 1}">{admrul_fields(v)}{tag("현행연혁구분", state[v["current"]])}</admrul>'
                            for i, v in enumerate(found)]


def supplements(version):
    return "".join("<부칙>" + tag("부칙공포일자", past["issued"]) + tag("부칙공포번호", past["number"]) +
                   tag("부칙내용", "이 예시 규정은 정한 날부터 시행한다.") + "</부칙>" for past in version["past"])


def ordin_article(text):
    heading = HEADING.match(text)
    code = f"{int(heading[1]):04}{int(heading[2] or 0):02}" if heading else "000000"
    return (f'<조 조문번호="{code}">' + tag("조문번호", code) + tag("조문여부", "Y" if heading else "N") +
            tag("조제목", (heading and heading[3]) or "") + tag("조내용", text) + "</조>")


def service(rules, query):
    target = query["target"]
    serial, current = ("ID", "LID") if target == "admrul" else ("MST", "ID")
    for version in rules[target]:
        wanted = version["serial"] == query[serial] if serial in query else (
            version["id"] == query.get(current) and version["current"])
        if not wanted or version.get("no_body"):
            continue
        if target == "ordin":
            return answer("LawService", "<자치법규기본정보>" + ordin_fields(version, True) + "</자치법규기본정보><조문>" +
                          "".join(map(ordin_article, version["articles"])) + "</조문>" + supplements(version))
        head = admrul_fields(version) + tag("조문형식여부", "N" if version.get("whole") else "Y")
        return answer("AdmRulService", f"<행정규칙기본정보>{head}</행정규칙기본정보>" +
                      "".join(name_tag("조문내용", text) for text in version["articles"]) + supplements(version))
    return answer("Law", MISSING[target])
