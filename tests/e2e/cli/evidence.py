"""Evidence: what the server exports, and every way in which such a file may have been edited."""

import copy
import json
import subprocess

from maru_cli import Maru, check


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
    yield edit("a salt in capitals", lambda b: b["records"][1].update(salt=b["records"][1]["salt"].upper()))
    yield edit("a proof in capitals", lambda b: b["records"][1].update(proof=[h.upper() for h in b["records"][1]["proof"]]))
    yield edit("a doubled signature", lambda b: b.update(checkpoint=b["checkpoint"] + b["checkpoint"].split("\n\n")[1]))
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
