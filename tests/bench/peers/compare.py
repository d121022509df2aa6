#!/usr/bin/env python3
"""Measures Maru's model core and llama.cpp beside each other, and prints a Markdown table.

    compare.py [--maru build/bin/maru] [--shapes k-exaone-mini,exaone-4-mini] [--types q8,q4]
               [--threads 2] [--rounds 3] [--seconds 260] [--wait 0] [--out FILE.md]

Both run the same shape with made-up weights, in turns (Maru, llama.cpp, Maru, …): a prompt of 512 tokens at once, then
16 tokens one by one. The median of all repetitions counts. What the machine can do is measured by Maru in each of its
turns. Ends by itself: no round begins after --seconds. Needs 6 GB of memory; llama_cpp/install.sh installs the peer.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[3]
PEER = Path(os.environ.get("MARU_CACHE", Path.home() / ".cache/maru")) / "peers/llama_cpp"
LIBRARIES = PEER / "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64"
GGUF_TYPES = {"q8": "Q8_0", "q4": "Q4_0"}
PROMPT, DECODE, REPEATS = 512, 16, 2
TURN_SECONDS = 120  # a turn that takes longer has failed
MEMORY_BYTES = 6 << 30
OTHERS_MOST = 0.1  # of the machine, that others may take of a turn that counts as quiet


def run(*command):
    """What a program printed as JSON."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=TURN_SECONDS)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


def busy_seconds():
    """Of all cores together, since the start of the machine: (all, of programs that this one started)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK"), own.ru_utime + own.ru_stime


class Quiet:
    """Takes turns while nothing else runs, as far as `seconds` of patience reach."""

    def __init__(self, seconds):
        self.begin, self.patience, self.left = monotonic(), seconds, seconds
        self.others = []  # the share of the machine that others took of each turn

    def worked(self):
        """Seconds gone by, patience not counted."""
        return monotonic() - self.begin - (self.patience - self.left)

    def watch(self, work):
        """What `work` returns, and the share of the machine that others took meanwhile."""
        begin, (busy, own) = monotonic(), busy_seconds()
        result = work()
        seconds, (busy_after, own_after) = monotonic() - begin, busy_seconds()
        return result, max(0, busy_after - busy - (own_after - own)) / (seconds * os.cpu_count()), seconds

    def turn(self, work):
        while True:
            while self.left > 0 and self.watch(lambda: sleep(1))[1] > OTHERS_MOST:
                self.left -= 1
            result, others, seconds = self.watch(work)
            if others <= OTHERS_MOST or self.left <= 0:
                self.others.append(others)
                return result
            self.left -= seconds


def our_turn(options, shape, kind):
    report = run(options.maru, "model", "bench", "--json", "--shape", shape, "--types", kind, "--prefill", PROMPT,
                 "--depth", 0, "--repeat", REPEATS, "--threads", options.threads)  # fmt: skip
    return report | {line["test"]: line for line in report["lines"]}


def their_turn(options, model):
    return run(PEER / "runner", LIBRARIES, model, options.threads, PROMPT, DECODE, REPEATS)


def measure(options, shape, kind, work, seconds, quiet):
    """One shape in one type, while less than `seconds` are worked: the turns of both, and what a token costs."""
    model = work / "model.gguf"
    make = ROOT / "tests/bench/peers/llama_cpp/make_gguf.py"
    made = run(PEER / "venv/bin/python", make, shape, GGUF_TYPES[kind], model)
    ours, theirs = [], []
    while len(ours) < options.rounds and (not ours or quiet.worked() < seconds):
        ours.append(quiet.turn(lambda: our_turn(options, shape, kind)))
        theirs.append(quiet.turn(lambda: their_turn(options, model)))
    model.unlink()
    if made["parameters"] != ours[0]["parameters"]["total"]:
        sys.exit(f"{shape}: Maru counts {ours[0]['parameters']['total']} weights, the file has {made['parameters']}")
    return {"shape": shape, "kind": kind, "made": made, "ours": ours, "theirs": theirs}


def row(found, test):
    """One line of the table: tokens a second of both, and what that is in GB/s or GOP/s."""
    ours, theirs = found["ours"], found["theirs"]
    our_rate = median(turn[test]["tokens_s"] for turn in ours)
    their_rate = median(rate for turn in theirs for rate in turn[f"{test}_tokens_s"])
    if test == "decode":
        unit, peak = "GB/s", median(turn[test]["machine"]["read_gb_s"] for turn in ours)
        ours_token, theirs_token = ours[0][test]["bytes_per_token"], found["made"]["bytes_per_token"]
    else:
        unit, peak = "GOP/s", median(turn[test]["machine"]["int8_gop_s"] for turn in ours)
        ours_token = theirs_token = ours[0][test]["ops_per_token"]
    what = f"prompt of {PROMPT}" if test == "prefill" else "a token"
    cells = [found["shape"], f"{found['kind']} / {GGUF_TYPES[found['kind']]}", what]
    for rate, token in ((our_rate, ours_token), (their_rate, theirs_token)):
        done = rate * token / 1e9
        cells += [f"{rate:.0f}", f"{done:.0f} {unit}, {100 * done / peak:.0f} %"]
    return cells + [f"{our_rate / their_rate:.2f} ×"]


def cpu_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return "unknown"


def head(options, results, quiet):
    turns = [turn for found in results for turn in found["ours"]]
    reads, peak = (median(turn["machine"][what] for turn in turns) for what in ("read_gb_s", "int8_gop_s"))
    release = next(LIBRARIES.glob("libllama.v*.so")).name.removeprefix("libllama.").removesuffix(".so")
    return (f"{cpu_name()}, {options.threads} threads, {date.today()}. Reads {reads:.0f} GB/s, int8 {peak:.0f} GOP/s"
            f" (medians). Maru with kernels `{turns[0]['kernels']}`, llama.cpp {release} with"
            f" `{results[0]['theirs'][0]['kernels']}`; {min(len(found['ours']) for found in results)} rounds;"
            f" other programs took {100 * median(quiet.others):.0f} % of the machine, at most"
            f" {100 * max(quiet.others):.0f} %.")  # fmt: skip


def table(options, results, quiet):
    columns = ["Shape", "Weights", "Test", "Maru, tokens/s", "of the machine", "llama.cpp, tokens/s", "of the machine",
               "Maru is"]  # fmt: skip
    rows = [row(found, test) for found in results for test in ("prefill", "decode")]
    lines = [head(options, results, quiet), "", "| " + " | ".join(columns) + " |", "|---|---|---|--:|--:|--:|--:|--:|"]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in rows]) + "\n"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maru", type=Path, default=ROOT / "build/bin/maru")
    parser.add_argument("--shapes", default="k-exaone-mini,exaone-4-mini")
    parser.add_argument("--types", default="q8,q4")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=260)
    parser.add_argument("--wait", type=float, default=0)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def check(options):
    if not options.maru.exists():
        sys.exit(f"{options.maru} is missing: build it first")
    if not (PEER / "runner").exists():
        sys.exit(f"{PEER}/runner is missing: run llama_cpp/install.sh first")
    available = next(int(line.split()[1]) << 10 for line in open("/proc/meminfo") if line.startswith("MemAvailable"))
    if available < MEMORY_BYTES:
        sys.exit(f"{available} bytes of memory are free, {MEMORY_BYTES} are needed")


def main():
    options = parse()
    check(options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and what was made is removed
    pairs = [(shape, kind) for shape in options.shapes.split(",") for kind in options.types.split(",")]
    # In memory where there is such a folder, so that no file is still being written while speed is measured.
    work = Path(tempfile.mkdtemp(prefix="maru-peers-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    quiet, results = Quiet(options.wait), []
    try:
        for i, (shape, kind) in enumerate(pairs):
            seconds = options.seconds * (i + 1) / len(pairs)
            results.append(measure(options, shape, kind, work, seconds, quiet))
    finally:
        shutil.rmtree(work)
    text = table(options, results, quiet)
    print(text, end="")
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
