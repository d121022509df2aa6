"""Drives the real `maru` against a test server: asks, replies, approves, watches, exports, verifies, tampers, errs.

usage: drive_cli.py MARU TEST_SERVER

The server prints "listening on HOST:PORT" and ends with its input (tests/e2e/a2a/test_server.cc). Ends with 1 at the
first thing that is not as it should be.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from evidence import drive_evidence, drive_links
from faults import drive_faults
from maru_cli import Maru, check

ARTICLE = "개인정보 보호법 제26조 보여줘"
INCOMPLETE, MISSING = "제38조 보여줘", "의료법"
PARKED = "시설 담당에 '전등 교체' 요청을 등록해줘"
PEOPLE = ["kim.legal", "han.clerk", "seo.head", "no.audit", "cho.admin"]


def drive_ask(maru):
    shown = maru.run(0, "ask: is answered", "ask", ARTICLE, "--as", "kim.legal").stdout
    for part in ("계획", "정책 판단", "진행", "답변", "AI 시스템", "maru audit export"):
        check(part in shown, f"ask: shows {part}")
    answered = maru.json(0, "ask --json: one document", "ask", ARTICLE, "--as", "kim.legal")
    check(answered["state"] == "completed" and answered["citations"], "ask --json: completed, with citations")
    maru.run(5, "ask: what no tool does is refused", "ask", "노래 불러줘", "--as", "kim.legal")
    english = maru.run(5, "ask --lang en: and in the reader's language", "ask", "노래 불러줘", "--as", "kim.legal",
                       "--lang", "en")
    check("no tool of this organisation" in english.stdout, "ask --lang en: whatever the request's is", english)
    refused = maru.json(5, "ask --json: and as a document", "ask", "노래 불러줘", "--as", "kim.legal")
    check(refused["reason"] == refused["reason_ko"] and "할 수 없는 일입니다" in refused["reason_ko"]
          and "no tool" in refused["reason_en"], "ask --json: why it is refused, in both languages")
    maru.run(6, "ask: nobody without a credential", "ask", ARTICLE, "--as", "no.body")
    return answered["run_id"]


def drive_reply(maru):
    asked = maru.json(7, "ask: a missing slot waits", "ask", INCOMPLETE, "--as", "kim.legal")
    check(asked["missing"] == ["law.article.law"], "ask: names the slot")
    check("알려 주십시오" in asked["reason_ko"] and "Please give" in asked["reason_en"], "ask: asks in both languages")
    done = maru.json(0, "ask --reply: completes it", "ask", MISSING, "--reply", asked["run_id"], "--as", "kim.legal")
    check(done["run_id"] == asked["run_id"] and done["state"] == "completed", "ask --reply: the same run")


def drive_approval(maru):
    parked = maru.json(7, "ask: an approval waits", "ask", PARKED, "--as", "han.clerk")
    approval = parked["approvals"][0]["approval_id"]
    listed = maru.json(0, "approvals list", "approvals", "list", "--as", "seo.head")["approvals"]
    check(any(a["id"] == approval and a["mine"] for a in listed), "approvals list: it is seo.head's to answer")
    shown = maru.run(0, "approvals show", "approvals", "show", approval, "--as", "seo.head").stdout
    check("전등 교체" in shown and parked["approvals"][0]["call_hash"] in shown, "approvals show: what is hashed")
    maru.run(5, "approvals approve: not by the requester", "approvals", "approve", approval, "--as", "han.clerk", "--yes")
    unseen = maru.run(2, "approvals approve: off a terminal not unconfirmed", "approvals", "approve", approval, "--as", "seo.head")
    check("--yes" in unseen.stderr and "--hash" in unseen.stderr, "approvals approve: says how to confirm")
    maru.run(9, "approvals approve: not what has another hash", "approvals", "approve", approval, "--as", "seo.head", "--hash", "0" * 64)
    maru.run(0, "approvals approve", "approvals", "approve", approval, "--as", "seo.head", "--hash",
             parked["approvals"][0]["call_hash"], "--reason", "확인")
    watched = maru.run(0, "runs watch: until it ends", "runs", "watch", parked["run_id"], "--as", "han.clerk").stdout
    check("전등 교체" in watched and "완료" in watched, "runs watch: shows the whole run")
    maru.run(9, "approvals approve: only once", "approvals", "approve", approval, "--as", "seo.head", "--yes")
    rejected = maru.json(7, "ask: another approval", "ask", PARKED, "--as", "han.clerk")
    maru.run(0, "approvals reject", "approvals", "reject", rejected["approvals"][0]["approval_id"], "--as", "seo.head", "--reason", "중복")
    maru.run(5, "runs watch: a rejected run", "runs", "watch", rejected["run_id"], "--as", "han.clerk")
    return parked["run_id"]


def drive_runs(maru, run):
    runs = maru.json(0, "runs list", "runs", "list", "--as", "han.clerk")["runs"]
    check(any(r["id"] == run for r in runs), "runs list: holds the run")
    first = maru.run(0, "runs list --limit", "runs", "list", "--limit", "1", "--as", "han.clerk").stdout
    token = first.rsplit("--page ", 1)[1].strip()
    check(token.split() == [token], "runs list: says where the next page begins, in one word")
    second = maru.json(0, "runs list --page", "runs", "list", "--limit", "1", "--page", token, "--as", "han.clerk")["runs"]
    check(second[0]["id"] == runs[1]["id"], "runs list --page: the page after it")
    maru.run(2, "runs list --page: not what it never said", "runs", "list", "--page", "xyz", "--as", "han.clerk")
    others = maru.run(5, "runs list --everyone: needs a role", "runs", "list", "--everyone", "--as", "han.clerk").stderr
    check("auditor" in others, "runs list --everyone: and says which")
    maru.run(0, "runs list --everyone: for auditors", "runs", "list", "--everyone", "--as", "no.audit")
    maru.run(0, "runs show", "runs", "show", run, "--as", "han.clerk")
    maru.run(3, "runs show: another's run does not exist", "runs", "show", run, "--as", "kim.legal")
    unknown = maru.run(3, "runs show: neither does one that never was", "runs", "show", "none", "--as", "han.clerk", "--json")
    error = json.loads(unknown.stderr)["error"]
    check(error["message"] == error["message_ko"] and "없습니다" in error["message_ko"] and "none" in error["message_en"]
          and not unknown.stdout, "runs show --json: what the server says, in both languages", unknown)
    waiting = maru.json(7, "ask: one to cancel", "ask", PARKED, "--as", "han.clerk")["run_id"]
    others = maru.run(3, "runs cancel: not another's", "runs", "cancel", waiting, "--as", "kim.legal").stderr
    unknown = maru.run(3, "runs cancel: nor one that never was", "runs", "cancel", "none", "--as", "kim.legal").stderr
    check("없습니다" in others and "없습니다" in unknown, "runs cancel: both in the words for what does not exist")
    maru.run(0, "runs cancel", "runs", "cancel", waiting, "--as", "han.clerk")
    maru.run(1, "runs watch: a cancelled run", "runs", "watch", waiting, "--as", "han.clerk")


def drive_plans(maru, home):
    batch = home / "batch.jsonl"
    lines = [{"id": i, "text": [ARTICLE, INCOMPLETE, ""][i % 3], "as": "kim.legal"} for i in range(30)]
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\nnonsense\n")
    answers = [json.loads(line) for line in maru.run(0, "plan --batch", "plan", "--batch", str(batch)).stdout.splitlines()]
    check([a["id"] for a in answers] == [*range(30), None], "plan --batch: in the order of the lines")
    check(all(("error" in a) == (i % 3 == 2) for i, a in enumerate(answers[:30])), "plan --batch: errors stay in their lines")
    check(answers[-1]["line"] == 31, "plan --batch: an error names its line")
    maru.run(2, "plan --batch: not a folder", "plan", "--batch", str(home))
    nobody = maru.run(6, "plan --batch: ends where nobody can be chosen", "plan", "--batch", "-",
                      text='{"id":1,"text":"x"}\n' * 50)
    check(not nobody.stdout and "kim.legal" in nobody.stderr, "plan --batch: names the credentials, once", nobody)
    every = maru.run(0, "plan --batch --catalog all: needs nobody", "plan", "--batch", "-", "--catalog", "all", "--jobs", "1",
                     text=json.dumps({"id": 1, "text": ARTICLE}, ensure_ascii=False))
    check("plan" in json.loads(every.stdout), "plan --batch --catalog all: over every tool", every)
    maru.run(0, "plan", "plan", ARTICLE, "--as", "kim.legal")
    maru.run(6, "plan: of whom, where several may ask", "plan", ARTICLE)
    alone = maru.json(0, "plan --catalog all: needs nobody", "plan", ARTICLE, "--catalog", "all")
    check(alone["plan"]["verdict"] == "plan", "plan --catalog all: over every tool")


def drive_lists(maru):
    maru.run_unread(0, "tools list", "tools", "list", "--as", "kim.legal")
    maru.run_unread(0, "tools show", "tools", "show", "law.article", "--json")
    maru.run(0, "policy explain", "policy", "explain", ARTICLE, "--as", "kim.legal")
    maru.run(5, "policy explain: a request that is refused", "policy", "explain", "노래 불러줘", "--as", "kim.legal")
    maru.run(0, "policy check: needs no server", "policy", "check")
    maru.run(0, "connectors check", "connectors", "check", "--as", "kim.legal")
    maru.run(0, "tools list", "tools", "list", "--as", "kim.legal")


def drive_principals(maru, home):
    check(maru.json(0, "whoami", "principals", "whoami", "--as", "kim.legal")["id"] == "kim.legal", "whoami: kim.legal")
    maru.run(0, "principals list", "principals", "list", "--as", "cho.admin")
    maru.run(5, "principals issue: not for others", "principals", "issue", "han.clerk", "--as", "kim.legal")
    for code, name in ((3, "no folder/fresh"), (2, "credentials")):
        maru.run(code, f"principals issue: not to {name}", "principals", "issue", "han.clerk", "-o", str(home / name),
                 "--as", "cho.admin")
        maru.run(0, "and the credential there was still holds", "principals", "whoami", "--as", "han.clerk")
    kept, empty = home / "kept", home / "empty"
    kept.write_text("as it was\n")
    maru.run(3, "principals issue: for nobody", "principals", "issue", "no.body", "-o", str(kept), "--as", "cho.admin")
    check(kept.read_text() == "as it was\n", "principals issue: a file that is there stays as it was")
    maru.run(3, "principals issue: for nobody", "principals", "issue", "no.body", "-o", str(empty), "--as", "cho.admin")
    check(not empty.exists(), "principals issue: and no empty file is left")
    fresh = home / "fresh"
    maru.run(0, "principals issue", "principals", "issue", "han.clerk", "-o", str(fresh), "--as", "cho.admin")
    check(fresh.stat().st_mode & 0o777 == 0o600, "principals issue: the file is its owner's alone")
    maru.run(0, "the new credential works", "principals", "whoami", "--credential-file", str(fresh))
    maru.run(6, "the old one does not", "principals", "whoami", "--as", "han.clerk")
    person = {"id": "na.new", "clearance": {"n2sf": "S", "mil": "none"}, "patterns": ["law.*"]}
    new = home / "new.json"
    for change in ({"id": "../evil"}, {"activ": False}, {"purposes": ["leisure"]},
                   {"patterns": [], "tools": ["law.search"]}):
        new.write_text(json.dumps({**person, **change}))
        maru.run(2, f"principals add: not with {change}", "principals", "add", str(new), "--as", "cho.admin")
    new.write_text(json.dumps(person))
    maru.run(0, "principals add", "principals", "add", str(new), "--as", "cho.admin")


COMPLETIONS = {  # how each shell is asked what may come next
    "bash": 'source <("$1" completion bash); shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _maru; '
            'printf "%s\\n" "${COMPREPLY[@]}"',
    "fish": '$argv[1] completion fish | source; complete -C "$argv[2..-1]"',
}
TYPED = ((["ver"], "verify"), (["runs", "wat"], "watch"), (["--as", "x", "approvals", "app"], "approve"),
         (["ask", "--no-w"], "--no-wait"), (["runs", "watch", "--lan"], "--lang"))


def drive_completion(maru):
    for shell, script in COMPLETIONS.items():
        if shutil.which(shell) is None:
            print(f"skipped completion: {shell} is not installed", flush=True)
            continue
        before = [shell, "-c", script] + (["bash"] if shell == "bash" else [])
        for typed, offered in TYPED:
            result = subprocess.run([*before, maru.program, "maru", *typed], env=maru.environment, capture_output=True,
                                    text=True, timeout=60, check=False)
            words = [line.split("\t")[0] for line in result.stdout.splitlines()]
            check(words == [offered], f"completion: {shell} after 'maru {' '.join(typed)}'", result)


def main():
    program, server = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        (home / "credentials").mkdir()
        for person in PEOPLE:
            (home / "credentials" / person).write_text(f"{person}-credential\n")
        process = subprocess.Popen([server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            line = process.stdout.readline()
            check(line.startswith("listening on "), "the test server is up")
            maru = Maru(program, line.removeprefix("listening on ").strip(), home)
            drive_reply(maru)
            answered = drive_ask(maru)
            drive_evidence(maru, answered, "kim.legal", home)
            drive_links(maru, answered, "kim.legal", home)
            approved = drive_approval(maru)
            drive_evidence(maru, approved, "han.clerk", home)
            drive_runs(maru, approved)
            drive_plans(maru, home)
            drive_lists(maru)
            drive_principals(maru, home)
            drive_completion(maru)
            drive_faults(maru, home)
        finally:
            process.stdin.close()  # the server ends with its input
            process.wait(timeout=30)


if __name__ == "__main__":
    main()
