"""The DRF answers: lists (lawSearch.do) and bodies (lawService.do) as XML, from data files."""
import datetime
import json
import os
import re

import rules
from markup import answer, key, tag

OLD_SHAPE = os.environ.get("LAW_SHAPE") == "old"
# target: (list root, row, serial, body root, where the fields of a data record go)
COLLECTIONS = {
    "prec": ("PrecSearch", "prec", "판례일련번호", "PrecService"),
    "detc": ("DetcSearch", "Detc", "헌재결정례일련번호", "DetcService"),
    "expc": ("Expc", "expc", "법령해석례일련번호", "ExpcService"),
    "decc": ("Decc", "decc", "행정심판재결례일련번호", "PrecService"),
}
# target: (parameter of a period, the day that it narrows)
PERIODS = {"prec": ("prncYd", "선고일자"), "detc": ("edYd", "종국일자"), "expc": ("explYd", "회신일자"), "decc": ("rslYd", "의결일자")}


def with_older(cases, copies):
    """Each decision, after as many copies of it that are from 1990."""
    old = [{**case, "id": f"{case['id']}{n:03}", "row": {**case["row"], PERIODS[case["target"]][1]: "19900101"}}
           for case in cases for n in range(copies)]
    return old + cases


def load(folder):
    laws = json.loads((folder / "laws.json").read_text())
    versions = []
    for law in laws["laws"]:
        articles = {}
        for version in law["versions"]:  # oldest first; an article stands until a later version replaces it
            articles = {**articles, **{article["jo"]: article for article in version.get("articles", [])}}
            for jo in version.get("removed", []):
                articles.pop(jo)
            for day in version["effective"]:
                versions.append({**law, **version, "effective": day, "articles": list(articles.values())})
    return {"versions": versions, "delegations": laws["delegations"],
            "cases": with_older(json.loads((folder / "cases.json").read_text()), int(os.environ.get("LAW_COPIES", "0"))),
            "rules": rules.load(folder)}


def status(versions):
    """Current, past or upcoming (3, 1, 2) for each version, by today's date."""
    today = datetime.date.today().strftime("%Y%m%d")
    newest = {}
    for version in versions:
        if version["effective"] <= today:
            newest[version["id"]] = max(newest.get(version["id"], ""), version["effective"])
    def of(version):
        if version["effective"] > today:
            return "2"
        return "3" if version["effective"] == newest[version["id"]] and version["revision"] != "폐지" else "1"
    return of


def plain(version):
    return key(json.dumps([version["name"], version["articles"]], ensure_ascii=False))


def select(versions, query):
    of = status(versions)
    wanted = query.get("nw", "3" if query.get("target") == "law" else "1,2,3").split(",")
    words = query.get("query", "").split()
    in_body = query.get("search", "1") == "2"
    def fits(version):
        if of(version) not in wanted or ("LID" in query and version["id"] != query["LID"]):
            return False
        if in_body:
            return all(key(word) in plain(version) for word in words)
        return key(query.get("query", "")) in key(version["name"] + " " + version.get("short", ""))
    # By name; of one law the farthest day of effect first, as the service does.
    chosen = sorted(filter(fits, versions), key=lambda v: v["effective"], reverse=True)
    return [(version, of(version)) for version in sorted(chosen, key=lambda v: v["name"])]


def law_row(number, version, state):
    names = {"1": "연혁", "2": "시행예정", "3": "현행"}
    fields = [("법령일련번호", version["mst"]), ("현행연혁코드", names[state]), ("법령명한글", version["name"]),
              ("법령약칭명", version.get("short", "")), ("법령ID", version["id"]), ("공포일자", version["promulgated"]),
              ("공포번호", version["number"]), ("제개정구분명", version["revision"]),
              ("소관부처명", version["ministry"]), ("법령구분명", version["type"]), ("시행일자", version["effective"]),
              ("자법타법여부", "")]
    return f'<law id="{number}">' + "".join(tag(*field) for field in fields) + "</law>"


def page(root, rows, query):
    size, number = min(int(query.get("display", "20")), 100), int(query.get("page", "1"))
    head = [("target", query["target"]), ("키워드", query.get("query", "")), ("totalCnt", len(rows)), ("page", number),
            ("resultCode", "00"), ("resultMsg", "success")]
    shown = rows[(number - 1) * size:number * size]
    return answer(root, "".join(tag(*f) for f in head) + "".join(shown))


def search(organisation, query):
    target = query.get("target")
    if target in ("law", "eflaw"):
        found = select(organisation["versions"], query)
        return page("LawSearch", [law_row(i + 1, *row) for i, row in enumerate(found)], query)
    if target in rules.MISSING:
        return page(*rules.search(organisation["rules"], query), query)
    if target in COLLECTIONS:
        root, row, serial, _ = COLLECTIONS[target]
        cases = [case for case in organisation["cases"] if case["target"] == target and case_fits(case, query)]
        rows = [f'<{row} id="{i + 1}">' + tag(serial, case["id"]) + "".join(tag(*f) for f in case["row"].items()) +
                f"</{row}>" for i, case in enumerate(cases)]
        return page(root, rows, query)
    return None


def case_fits(case, query):
    text = key(json.dumps([case["row"], case["body"]], ensure_ascii=False))
    period, field = PERIODS[case["target"]]
    day = re.sub(r"\D", "", case["row"].get(field, ""))
    begin, _, end = query.get(period, "0~9").partition("~")
    return (all(key(word) in text for word in query.get("query", "").split())
            and query.get("nb", "") in case["row"].get("사건번호", "")
            and key(query.get("JO", "")) in key(case["body"].get("참조조문", "")) and (not day or begin <= day <= end))


def article_xml(article, day):
    jo, _, branch = article["jo"].partition("-")
    out = tag("조문번호", jo) + (tag("조문가지번호", branch) if branch else "") + tag("조문여부", "조문")
    out += tag("조문제목", article["title"]) + tag("조문시행일자", article.get("effective", day)) + tag("조문변경여부", "N")
    out += tag("조문내용", article["text"])
    for hang in article.get("hang", []):
        out += "<항>" + (tag("항번호", hang["text"][0]) if hang.get("text") else "") + tag("항내용", hang.get("text", ""))
        for ho in hang.get("ho", []):
            mok = "".join("<목>" + tag("목번호", m[:2]) + tag("목내용", m) + "</목>" for m in ho.get("mok", []))
            number = ho["text"].split(" ")[0]
            out += "<호>" + tag("호번호", number) + tag("호내용", ho["text"]) + (mok if OLD_SHAPE else "") + "</호>"
            out += "" if OLD_SHAPE else mok
        out += "</항>"
    return f'<조문단위 조문키="{int(jo):04}{branch or "0"}1">{out}</조문단위>'


def body(organisation, query):
    of = status(organisation["versions"])
    for version in organisation["versions"]:
        named = version["mst"] == query["MST"] if "MST" in query else version["id"] == query.get("ID")
        dated = version["effective"] == query["efYd"] if "efYd" in query else of(version) == "3"
        if named and dated:
            head = [("법령ID", version["id"]), ("공포일자", version["promulgated"]), ("공포번호", version["number"]),
                    ("법종구분", version["type"]), ("법령명_한글", version["name"]), ("소관부처", version["ministry"]),
                    ("시행일자", version["effective"]), ("제개정구분", version["revision"])]
            wanted = query.get("JO")
            def code(jo):
                main, _, branch = jo.partition("-")
                return f"{int(main):04}{int(branch or 0):02}"
            units = [article_xml(a, version["effective"]) for a in version["articles"] if wanted in (None, code(a["jo"]))]
            return answer("법령", "<기본정보>" + "".join(tag(*f) for f in head) + "</기본정보><조문>" +
                          heading(version, wanted) + "".join(units) + "</조문>")
    return None  # the service answers with an HTML page


def heading(version, wanted):
    """Chapter headings stand among the articles, under the number of the article that follows."""
    first = version["articles"][0]["jo"].partition("-")[0] if version["articles"] else ""
    if not first or wanted:
        return ""
    return f"<조문단위>{tag('조문번호', first)}{tag('조문여부', '전문')}{tag('조문내용', '제1장 총칙')}</조문단위>"


def delegations(organisation, query):
    for record in organisation["delegations"]:
        if query.get("MST") in record["mst"]:
            return answer("lsDelegated", "<법령>" + "".join(map(delegation, record["articles"])) + "</법령>")
    return answer("lsDelegated", "<법령></법령>")


def number(jo, prefix):
    main, _, branch = jo.partition("-")
    return tag(prefix + "번호", main) + (tag(prefix + "가지번호", branch) if branch else "")


def delegation(block):
    out = "<위임조문정보><조정보>" + number(block["jo"], "조문") + "</조정보>"
    for to in block["to"]:
        out += "<위임정보>" + tag("위임구분", to["kind"])
        if "admin_rule" in to:
            out += "<위임행정규칙조문정보>" + tag("위임행정규칙일련번호", to["id"]) + tag("위임행정규칙제목", to["admin_rule"])
            out += tag("링크텍스트", "고시로 정한다") + "</위임행정규칙조문정보>"
        for jo in to.get("jo", []):
            out += tag("위임법령제목", to["law"]) if jo == to["jo"][0] else ""
            out += "<위임법령조문정보>" + number(jo, "위임법령조문") + tag("링크텍스트", "대통령령") + "</위임법령조문정보>"
        out += "</위임정보>"
    return out + "</위임조문정보>"


def service(organisation, query):
    target = query.get("target")
    if target == "eflaw":
        return body(organisation, query)
    if target == "lsDelegated":
        return delegations(organisation, query)
    if target in rules.MISSING:
        return rules.service(organisation["rules"], query)
    if target in COLLECTIONS:
        root = COLLECTIONS[target][3]
        for case in organisation["cases"]:
            if case["target"] == target and case["id"] == query.get("ID"):
                fields = {**case["row"], **case["body"]}
                return answer(root, "".join(tag(*f) for f in fields.items()))
    return answer("Law", "일치하는 자료가 없습니다.")
