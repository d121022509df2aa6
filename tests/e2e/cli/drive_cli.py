"""Drives the real `maru` against a test server: asks, replies, approves, watches, exports, verifies, tampers.

usage: drive_cli.py MARU TEST_SERVER

The server prints "listening on HOST:PORT" and ends with its input (tests/e2e/a2a/test_server.cc). Ends with 1 at the
first thing that is not as it should be.
"""

import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ARTICLE = "개인정보 보호법 제26조 보여줘"
INCOMPLETE, MISSING = "제38조 보여줘", "의료법"
PARKED = "시설 담당에 '전등 교체' 요청을 등록해줘"
PEOPLE = ["kim.legal", "han.clerk", "seo.head", "no.audit", "cho.admin"]


def check(condition, what, result=None):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        if result is not None:
            print(result.stdout, result.stderr, sep="\n")
        sys.exit(1)


class Maru:
    """The command line with a home of its own."""

    def __init__(self, program, server, home):
        self.program = program
        self.environment = {**os.environ, "MARU_HOME": str(home), "MARU_SERVER": server, "LC_ALL": "ko_KR.UTF-8"}
        for name in ("MARU_AS", "MARU_CREDENTIAL", "MARU_MODEL"):
            self.environment.pop(name, None)

    def run(self, code, what, *arguments, text=None):
        result = subprocess.run([self.program, *arguments], env=self.environment, input=text, capture_output=True,
                                text=True, timeout=60, check=False)
        check(result.returncode == code, f"{what} (exit code {code})", result)
        check("\x1b" not in result.stdout, "no colours off a terminal", result)
        return result

    def run_lost(self, code, what, *arguments):
        """With an output that takes nothing."""
        with open("/dev/full", "w") as full:
            result = subprocess.run([self.program, *arguments], env=self.environment, stdout=full, stderr=subprocess.PIPE,
                                    text=True, timeout=60, check=False)
        check(result.returncode == code and "출력을 쓸 수 없습니다" in result.stderr, f"{what} (exit code {code})", result)

    def json(self, code, what, *arguments):
        result = self.run(code, what, *arguments, "--json")
        return json.loads(result.stdout)


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
    check("알려 주세요" in asked["reason_ko"] and "Please give" in asked["reason_en"], "ask: asks in both languages")
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
    maru.run(3, "runs show: neither does one that never was", "runs", "show", "none", "--as", "han.clerk")
    waiting = maru.json(7, "ask: one to cancel", "ask", PARKED, "--as", "han.clerk")["run_id"]
    others = maru.run(3, "runs cancel: not another's", "runs", "cancel", waiting, "--as", "kim.legal").stderr
    unknown = maru.run(3, "runs cancel: nor one that never was", "runs", "cancel", "none", "--as", "kim.legal").stderr
    check("없습니다" in others and "없습니다" in unknown, "runs cancel: both in the words for what does not exist")
    maru.run(0, "runs cancel", "runs", "cancel", waiting, "--as", "han.clerk")
    maru.run(1, "runs watch: a cancelled run", "runs", "watch", waiting, "--as", "han.clerk")


def tampered(bundle):
    """Every way in which a file may have been edited, with its name."""
    def edit(name, change):
        copied = copy.deepcopy(bundle)
        change(copied)
        return name, copied

    other_key = bundle["verifier_key"].rsplit("+", 1)
    yield edit("a changed payload", lambda b: b["records"][0]["payload"]["body"].update(text="다른 요청"))
    yield edit("a changed actor", lambda b: b["records"][1].update(actor="someone"))
    yield edit("a changed time", lambda b: b["records"][1].update(time="2020-01-01T00:00:00+09:00"))
    yield edit("content taken out", lambda b: b["records"][-1].update(payload=None))
    yield edit("all content taken out", lambda b: [r.update(payload=None, salt="") for r in b["records"]])
    yield edit("content withheld", lambda b: b["records"][1].update(payload=None, salt="", withheld=True))
    yield edit("a member of its own", lambda b: b["records"][1].update(note="text"))
    yield edit("a dropped record", lambda b: b["records"].pop(1))
    yield edit("a dropped end", lambda b: b["records"].pop())
    yield edit("an inserted record", lambda b: b["records"].insert(1, copy.deepcopy(b["records"][0])))
    yield edit("reordered records", lambda b: b["records"].reverse())
    yield edit("another run's name", lambda b: b.update(run="other"))
    yield edit("a changed checkpoint", lambda b: b.update(checkpoint=b["checkpoint"].replace("maru.test", "maru.fest")))
    yield edit("a changed key", lambda b: b.update(verifier_key=other_key[0] + "+" + other_key[1][::-1]))
    yield edit("no records", lambda b: b.update(records=[]))
    yield edit("a record that is no object", lambda b: b["records"].__setitem__(0, "text"))
    yield edit("proofs that are no lists", lambda b: b["records"][0].update(proof=5))
    yield edit("records that are no list", lambda b: b.update(records=5))


def drive_links(maru, run, owner, home):
    """Files are written where links lead, and the links stay."""
    file, folder = home / "linked.json", home / "elsewhere"
    folder.mkdir(exist_ok=True)
    for name, target, kept in (("link", folder / "there", "old"), ("dangling", folder / "absent", None)):
        link = home / name
        link.symlink_to(target.relative_to(home))
        if kept:
            target.write_text(kept)
        maru.run(0, f"audit export: over a {name}", "audit", "export", run, "-o", str(link), "--as", owner)
        check(link.is_symlink() and json.loads(target.read_text())["records"], f"audit export: the {name} leads to it")
        check(target.stat().st_mode & 0o777 == 0o600, "audit export: which is its owner's alone")
        link.unlink()
        target.unlink()
    file.symlink_to(file)
    maru.run(2, "audit export: over a link to itself", "audit", "export", run, "-o", str(file), "--as", owner)
    check(file.is_symlink(), "audit export: it stays")
    file.unlink()


def drive_evidence(maru, run, owner, home):
    file = home / "run.json"
    maru.run(0, "audit export", "audit", "export", run, "-o", str(file), "--as", owner)
    check(file.stat().st_mode & 0o777 == 0o600, "audit export: the file is its owner's alone")
    null = home / "null"
    null.symlink_to("/dev/null")
    maru.run(0, "audit export: into a device", "audit", "export", run, "-o", str(null), "--as", owner)
    check(null.is_symlink(), "audit export: the device is still there")
    null.unlink()
    maru.run(3, "audit export: no such folder", "audit", "export", run, "-o", str(home / "no" / "file"), "--as", owner)
    maru.run_lost(8, "audit export: a full disk is told", "audit", "export", run, "--as", owner)
    bundle = json.loads(file.read_text())
    offline = Maru(maru.program, "127.0.0.1:1", home / "nowhere")
    report = offline.json(0, "verify: holds, without a server", "verify", str(file))
    check(report["ok"] and report["records"] == len(bundle["records"]), "verify: looked at every record")
    offline.run(0, "verify --key: the log's own", "verify", str(file), "--key", bundle["verifier_key"])
    key = home / "log.key"
    key.write_text(maru.run(0, "audit key", "audit", "key", "--as", "no.audit").stdout)
    offline.run(0, "verify --key: as audit key prints it", "verify", str(file), "--key", str(key))
    parts = maru.json(0, "audit key --json", "audit", "key", "--as", "no.audit")
    check(parts["verifier_key"] == bundle["verifier_key"] == key.read_text().strip(), "audit key: the log's own")
    check(parts["verifier_key"].startswith(f"{parts['origin']}+{parts['key_id']}+"), "audit key: its parts")
    told = offline.json(0, "verify --json", "verify", str(file))
    check(told["answer_recomputed"] is True, "verify: the answer is composed again")
    for name, broken in tampered(bundle):
        path = home / "tampered.json"
        path.write_text(json.dumps(broken, ensure_ascii=False))
        result = subprocess.run([maru.program, "verify", str(path)], env=offline.environment, capture_output=True,
                                text=True, timeout=60, check=False)
        check(result.returncode == 4, f"verify: finds {name} (exit code {result.returncode})", result)
    cut = home / "cut.json"
    cut.write_bytes(file.read_bytes()[:500])
    offline.run(4, "verify: a truncated file", "verify", str(cut))
    offline.run(3, "verify: no file", "verify", str(home / "none.json"))
    maru.run(0, "audit tail: for auditors", "audit", "tail", "--as", "no.audit")
    maru.run(5, "audit tail: not for others", "audit", "tail", "--as", owner)


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
        finally:
            process.stdin.close()  # the server ends with its input
            process.wait(timeout=30)


if __name__ == "__main__":
    main()
