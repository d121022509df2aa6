"""The main job, and every request that is refused, denied or asked back about."""

import json
import urllib.request

from world import ARTICLE, TICKET, check

DOCUMENT, SECRET = "DOC-2055 본문 보여줘", "교체가 필요하다"
COPY = "DOC-2055에서 전화번호를 가려줘"
NOW = "2026-11-24T10:00:00+09:00"
STOPPING = ("server.stopping", "workers.stopping", "grpc.stopped")


def main_job(world):
    done = world.json(0, "a request is answered", "ask", ARTICLE, "--as", "kim.legal")
    check(done["state"] == "completed" and done["citations"], "the answer cites its sources")
    export = world.evidence(done["run_id"], "a whole run, its plan recomputed", said="bit")
    told = world.json(0, "its evidence is told in JSON", "verify", str(export))
    check(told["decisions_reevaluated"] is True, "policy's decisions are evaluated again from their facts")
    text = export.read_text()
    check(len(json.loads(text)["policies"]) == 1, "the export carries the policies of its run")
    export.write_text(text.replace("kim.legal", "lee.legal", 1))
    world.expect(4, "a changed export does not verify", "verify", str(export))


def metrics(world):
    """What marud says of the model that has just planned."""

    def scrape():
        with urllib.request.urlopen(f"http://127.0.0.1:{world.metrics_port}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        model = [line for line in lines if line.startswith("maru_model_")]
        described = {line.split()[2] for line in lines if line.startswith("# HELP maru_model_") and len(line.split()) > 3}
        values = {name: float(value) for name, value in (line.split() for line in model)}
        check(described == set(values), f"metrics: every one of {len(values)} is explained")
        return values

    first = scrape()
    for name in ("passes_total", "computed_tokens_total", "memory_budget_bytes", "memory_used_max_bytes"):
        check(first[f"maru_model_{name}"] > 0, f"metrics: {name} is counted")
    for name in ("running_requests", "waiting_requests", "memory_promised_bytes"):
        check(first[f"maru_model_{name}"] == 0, f"metrics: {name} is none when all is done")
    world.expect(0, "metrics: another request", "ask", ARTICLE, "--as", "kim.legal")
    check(scrape()["maru_model_computed_tokens_total"] > first["maru_model_computed_tokens_total"],
          "metrics: counters grow with the work")


def bad_requests(world):
    """Refused as they are asked, and in a batch each in its own line."""
    caller = ("--as", "kim.legal")
    world.refused(2, "invalid_argument", "an empty request", "ask", "", *caller, said="empty")
    world.refused(2, "invalid_argument", "a request of 1 MB", "ask", "-", *caller, text="a" * 1_000_000, said="limit")
    world.refused(2, "invalid_argument", "a request with a NUL byte", "ask", "-", *caller, text="제26조\0보여줘",
                  said="NUL")
    world.refused(2, "invalid_argument", "a request that is no UTF-8", "ask", b"\xff\xfe", *caller, said="UTF-8")
    requests = {"big": "a" * 1_000_000, "nul": "제26조\0보여줘", "empty": "", "ok": ARTICLE}
    lines = "".join(json.dumps({"id": name, "text": text, "now": NOW}) + "\n" for name, text in requests.items())
    result = world.expect(0, "a batch goes on after lines that cannot be planned", "plan", "--batch", "-", *caller,
                          text=lines)
    out = {line["id"]: line for line in map(json.loads, result.stdout.splitlines())}
    for name, said in (("big", "limit"), ("nul", "NUL"), ("empty", "empty")):
        error = out[name]["error"]
        check(error["code"] == "invalid_argument" and said in error["message"], f"its line '{name}' says why")
    check("plan" in out["ok"], "the line after them is planned")


def people(world):
    world.refused(6, "unauthenticated", "unknown principal", "ask", ARTICLE, "--as", "no.body", said="no.body")
    wrong = world.work / "wrong"
    wrong.write_text("maru_" + "0" * 64 + "\n")
    world.refused(6, "unauthenticated", "wrong credential", "runs", "list", "--credential-file", str(wrong))
    denied = world.json(5, "a tool the caller may not use", "ask", TICKET, "--as", "kim.legal")
    check(denied["reason"], "and why")
    asked = world.json(7, "a slot is missing", "ask", "제26조 보여줘", "--as", "kim.legal")
    check(asked["missing"] == ["law.article.law"], "and it is asked for by name")
    world.expect(0, "what was missing is said", "ask", "개인정보 보호법", "--reply", asked["run_id"], "--as", "kim.legal")
    world.expect(5, "no tool does it", "ask", "오늘 저녁 회식 장소를 예약해줘.", "--as", "han.clerk")


def restarted(world):
    """Who was disabled and which credential was replaced holds over a restart, whatever the files say."""
    fresh = world.work / "fresh"
    world.expect(0, "a person is disabled", "principals", "disable", "park.nurse", "--as", "ma.admin")
    world.expect(0, "a credential is replaced", "principals", "issue", "jung.shift", "-o", str(fresh), "--as", "ma.admin")
    before = len(world.log())
    world.server.stop()
    stopped = [word for word in world.log()[before:].split() if word in STOPPING]
    check(stopped == list(STOPPING), "a stop: workers are told first, then calls end")
    world.start()
    world.expect(6, "the person is still disabled", "principals", "whoami", "--as", "park.nurse")
    world.expect(6, "the old credential is still void", "principals", "whoami", "--as", "jung.shift")
    world.expect(0, "the new one holds", "principals", "whoami", "--credential-file", str(fresh), said="jung.shift")


def clearance(world):
    """DOC-2055 bears C and 대외비: its grade is looked up before the first call."""
    told = world.json(0, "a document within the reader's clearance", "ask", DOCUMENT, "--as", "kim.legal")
    check(SECRET in told["answer"], "its words reach whom they may")
    denied = world.json(5, "a label too high for the reader", "ask", DOCUMENT, "--as", "han.clerk")
    check("access.clearance" in denied["reason"] and "C·대외비" in denied["reason"] and "(S)" in denied["reason"],
          "both grades are named")
    copied = world.json(5, "nor is a copy of it made by them", "ask", COPY, "--as", "han.clerk")
    check("access.clearance" in copied["reason"], "for the same grade")
    export = world.evidence(denied["run_id"], "a denied run").read_text()
    check(SECRET not in json.dumps(denied, ensure_ascii=False) and SECRET not in export,
          "and neither others nor the evidence")
