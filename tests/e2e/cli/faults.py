"""Every command with arguments that are wrong: which exit code, and what is said, in both languages, as text and as JSON."""

import json
import pathlib
import subprocess

from maru_cli import check

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLANNER = str(ROOT / "deploy" / "models" / "planner")
ARTICLE = "개인정보 보호법 제26조 보여줘"
LONG = "a" * 20_000
BROKEN = b"\xff\xfe"  # no UTF-8


def without_server(words):
    """(exit code, arguments); `words`: a file that is no JSON."""
    yield 2, []
    yield 2, ["bogus"]
    yield 2, ["--lang", "fr", "tools", "show", "law.article"]
    for group in ("runs", "approvals", "audit", "policy", "connectors", "tools", "principals", "model", "config"):
        yield 2, [group]
        yield 2, [group, "bogus"]
    for command in ("ask", "plan", "verify", "completion"):
        yield 2, [command]
    yield 2, ["ask", ""]
    yield 2, ["ask", BROKEN]
    yield 2, ["ask", "a" * 40_000]
    yield 2, ["plan", "x", "--now", "soon"]
    yield 2, ["plan", "x", "--catalog", "half"]
    yield 2, ["plan", "x", "--jobs", "0"]
    yield 2, ["plan", "x", "--batch", words]
    yield 3, ["plan", "--batch", "/nowhere"]
    yield 3, ["plan", "x", "--local", "/nowhere"]
    yield 3, ["plan", "x", "--local", PLANNER, "--principals", "/nowhere"]
    yield 2, ["runs", "list", "--limit", "0"]
    yield 2, ["runs", "list", "--limit", "99999999999999999999"]
    yield 2, ["runs", "list", "--limit"]
    yield 2, ["runs", "show"]
    yield 2, ["runs", "watch", "none", "--from", "-1"]
    yield 2, ["approvals", "list", "--state", "bogus"]
    yield 2, ["approvals", "approve", "none"]
    yield 2, ["audit", "export"]
    yield 2, ["audit", "tail", "--from", "x"]
    yield 3, ["verify", "/nowhere"]
    yield 4, ["verify", words]
    yield 3, ["policy", "check", "/nowhere"]
    yield 2, ["tools", "list", "--domain", "naval"]
    yield 3, ["tools", "show", "no.tool"]
    yield 3, ["tools", "show", BROKEN]
    yield 3, ["principals", "add", "/nowhere"]
    yield 2, ["principals", "add", words]
    yield 2, ["model", "info"]
    yield 3, ["model", "info", "/nowhere"]
    yield 2, ["model", "check", PLANNER]
    yield 3, ["model", "check", "/nowhere", "--golden", "/nowhere"]
    yield 2, ["model", "bench"]
    yield 2, ["model", "bench", "--shape", "bogus"]
    yield 2, ["model", "bench", "--shape", "k-exaone-mini", "--seconds", "-1"]
    yield 2, ["model", "bench", "--shape", "k-exaone-mini", "--types", "q9"]
    yield 3, ["model", "chat", "/nowhere", "x"]
    yield 2, ["model", "chat", PLANNER, "x", "--temperature", "99"]
    yield 3, ["config", "check", "/nowhere"]
    yield 2, ["config", "show", words]
    yield 2, ["completion", "tcsh"]
    yield 2, ["runs", "list", "--server", "nowhere"]
    yield 2, ["runs", "list", "--server", "192.0.2.1:7"]
    yield 2, ["runs", "list", "--ca", "/nowhere"]
    yield 8, ["runs", "list", "--server", "127.0.0.1:1", "--as", "kim.legal"]
    yield 6, ["runs", "list", "--as", "no.body"]
    yield 6, ["runs", "list", "--credential-file", "/nowhere"]


def with_server(words):
    """(exit code, who asks, arguments)"""
    yield 2, "kim.legal", ["ask", "x", "--purpose", "leisure"]
    yield 2, "kim.legal", ["ask", "x", "--now", "yesterday"]
    yield 3, "kim.legal", ["ask", "x", "--reply", "none"]
    yield 2, "kim.legal", ["runs", "list", "--state", "bogus"]
    yield 2, "kim.legal", ["runs", "list", "--page", "xyz"]
    yield 5, "kim.legal", ["runs", "list", "--everyone"]
    for command in ("show", "watch", "cancel"):
        yield 3, "kim.legal", ["runs", command, "none"]
        yield 3, "kim.legal", ["runs", command, LONG]
        yield 2, "kim.legal", ["runs", command, BROKEN]
    yield 3, "kim.legal", ["approvals", "show", "none"]
    yield 3, "kim.legal", ["approvals", "approve", "none", "--yes"]
    yield 3, "kim.legal", ["approvals", "reject", LONG]
    yield 3, "no.audit", ["audit", "export", "none"]
    yield 5, "kim.legal", ["audit", "tail"]
    yield 2, "kim.legal", ["policy", "explain"]
    yield 3, "kim.legal", ["policy", "explain", "--plan", "/nowhere"]
    yield 2, "kim.legal", ["policy", "explain", "--plan", words]
    yield 5, "kim.legal", ["policy", "explain", ARTICLE, "--principal", "han.clerk"]
    yield 2, "kim.legal", ["policy", "explain", ARTICLE, "--purpose", "leisure"]
    yield 3, "cho.admin", ["principals", "show", "no.body"]
    yield 3, "cho.admin", ["principals", "issue", "no.body"]
    yield 3, "cho.admin", ["principals", "disable", "no.body"]


def hangul(text):
    return any("가" <= c <= "힣" for c in text)


def run(maru, arguments):
    return subprocess.run([maru.program, *arguments], env=maru.environment, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False)


def check_text(maru, code, arguments, language, name):
    result = run(maru, [*arguments, "--lang", language])
    check(result.returncode == code, f"{name}: ends with {result.returncode} ({language})", result)
    lines = result.stderr.decode().splitlines()  # whatever was repeated, it is UTF-8
    check(lines and all(line.startswith("maru: ") for line in lines), f"{name}: says why ({language})", result)
    check(hangul(lines[-1]) == (language == "ko"), f"{name}: in {language}", result)
    check(not result.stdout, f"{name}: and nothing else", result)


def check_json(maru, code, arguments, name):
    result = run(maru, [*arguments, "--json"])
    check(result.returncode == code, f"{name} --json: ends with {result.returncode}", result)
    error = json.loads(result.stderr.decode().splitlines()[-1])["error"]
    check({"code", "reason", "message", "message_en", "message_ko", "advice"} <= error.keys(), f"{name}: has its parts", result)
    check(hangul(error["message_ko"]) and not hangul(error["message_en"]), f"{name}: in both languages", result)
    check(not result.stdout, f"{name} --json: and nothing else", result)


def drive_faults(maru, home):
    words = home / "words"
    words.write_text("no JSON\n")
    cases = [(code, arguments) for code, arguments in without_server(str(words))]
    cases += [(code, [*arguments, "--as", who]) for code, who, arguments in with_server(str(words))]
    for code, arguments in cases:
        name = " ".join(a[:30] if isinstance(a, str) else repr(a) for a in arguments) or "no command"
        if arguments[:1] != ["--lang"]:
            for language in ("ko", "en"):
                check_text(maru, code, arguments, language, name)
        check_json(maru, code, arguments, name)
