#!/usr/bin/env python3
"""Measures Maru's model core and llama.cpp beside each other, and prints a Markdown table.

    compare.py [--maru build/bin/maru] [--shapes k-exaone-mini,exaone-4-mini] [--types q8,q4] [--depth 0,4096,32768]
               [--threads 2] [--rounds 3] [--seconds 260] [--wait 0] [--out FILE.md]

Both run the same shape with made-up weights, in turns (Maru, llama.cpp, Maru, …): a prompt of 512 tokens at once, then
16 tokens one by one, behind as many others as --depth says (default 0; llama.cpp has to compute those first, which
takes minutes at 32768). The median of all repetitions counts. What the machine can do is measured by Maru in each of
its turns. Ends by itself: no round begins after --seconds. What could not be measured is named below the table. Needs
6 GB of memory; llama_cpp/install.sh installs the peer.
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
SHAPES = ("k-exaone-mini", "exaone-4-mini")  # those of llama_cpp/make_gguf.py
GGUF_TYPES = {"q8": "Q8_0", "q4": "Q4_0"}
PROMPT, DECODE, REPEATS, WARM = 512, 16, 2, 2
# llama.cpp gives them no windows of so many tokens: from there on it computes another model.
WINDOWS_LOST = {"exaone-4-mini": 4096}
TURN_SECONDS = 120  # a turn that takes longer has failed …
DEPTH_TOKENS_SECOND = 40  # … but for the time that a depth may take
MEMORY_BYTES = 6 << 30
OTHERS_MOST = 0.1  # of the machine, that others may take of a turn that counts as quiet


class Failed(Exception):
    """Why something was not measured."""


def run(*command, seconds=TURN_SECONDS):
    """What a program printed as JSON."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Failed(f"{command[0]} took longer than {seconds:.0f} s") from None
    if done.returncode != 0:
        raise Failed(f"{command[0]} failed: {done.stderr.strip()}")
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


def our_turn(options, shape, kind, depths):
    at = ",".join(map(str, depths)) or "none"
    report = run(options.maru, "model", "bench", "--json", "--shape", shape, "--types", kind, "--prefill", PROMPT,
                 "--depth", at, "--repeat", REPEATS, "--threads", options.threads)  # fmt: skip
    tests = {"prefill" if line["test"] == "prefill" else line["depth"]: line for line in report["lines"]}
    return report | {"tests": tests}


def their_turn(options, model, depth):
    """Tokens a second of every test that a depth brings: with 0 the prompt too."""
    more = [depth] if depth else []
    found = run(PEER / "runner", LIBRARIES, model, options.threads, PROMPT, DECODE, REPEATS, *more,
                seconds=TURN_SECONDS + depth / DEPTH_TOKENS_SECOND)  # fmt: skip
    tests = {depth: found["decode_tokens_s"]} | ({} if depth else {"prefill": found["prefill_tokens_s"]})
    return {"kernels": found["kernels"], "tests": tests}


def comparable(shape, depths, left_out):
    """Those at which both compute the same model; the others are named in `left_out`."""
    most = WINDOWS_LOST.get(shape, sys.maxsize)
    for depth in depths:
        if depth + WARM + DECODE * REPEATS > most:
            left_out.append(f"{shape} at {depth}: llama.cpp gives it no windows of {most} tokens")
    return [depth for depth in depths if depth + WARM + DECODE * REPEATS <= most]


def take_round(options, found, model, quiet, left_out):
    """A turn of each; a depth at which llama.cpp fails is given up."""
    name = f"{found['shape']} {found['kind']}"
    ours = quiet.turn(lambda: our_turn(options, found["shape"], found["kind"], found["depths"]))
    theirs = quiet.turn(lambda: their_turn(options, model, 0))
    for depth in [depth for depth in found["depths"] if depth]:
        try:
            theirs["tests"] |= quiet.turn(lambda: their_turn(options, model, depth))["tests"]
        except Failed as why:
            left_out.append(f"{name} at {depth}: {why}")
            found["depths"].remove(depth)
    left_out += [f"{name}: Maru's context does not hold {what}" for what in ours["left_out"] if not found["ours"]]
    found["ours"].append(ours)
    found["theirs"].append(theirs)


def measure(options, shape, kind, work, seconds, quiet, left_out):
    """One shape in one type, while less than `seconds` are worked: the turns of both, and what a token costs."""
    model = work / "model.gguf"
    make = ROOT / "tests/bench/peers/llama_cpp/make_gguf.py"
    made = run(PEER / "venv/bin/python", make, shape, GGUF_TYPES[kind], model)
    depths = comparable(shape, options.depth, left_out if kind == options.types[0] else [])
    found = {"shape": shape, "kind": kind, "made": made, "depths": depths, "ours": [], "theirs": []}
    try:
        while len(found["ours"]) < options.rounds and (not found["ours"] or quiet.worked() < seconds):
            take_round(options, found, model, quiet, left_out)
    finally:
        model.unlink()
    total = found["ours"][0]["parameters"]["total"]
    if made["parameters"] != total:
        raise Failed(f"Maru counts {total} weights, the file has {made['parameters']}")
    return found


def tests_of(found):
    """Tests that both have taken in every round: the prompt, and depths."""
    turns = found["ours"] + found["theirs"]
    return [test for test in ("prefill", *found["depths"]) if all(test in turn["tests"] for turn in turns)]


def token_bytes(found, depth):
    """Of Maru and of llama.cpp, which reads as many of keys and values, and its own of weights; None: not known."""
    ours = found["ours"][0]["tests"]
    of_weights = found["made"]["bytes_per_token"]
    if depth == 0:
        return ours[0]["bytes_per_token"], of_weights
    kept = ours[depth]["bytes_per_token"] - ours[0]["bytes_per_token"] if 0 in ours else None
    return ours[depth]["bytes_per_token"], None if kept is None else of_weights + kept


def row(found, test):
    """One line of the table: tokens a second of both, and what that is in GB/s or GOP/s."""
    ours, theirs = ([turn["tests"][test] for turn in found[who]] for who in ("ours", "theirs"))
    our_rate = median(line["tokens_s"] for line in ours)
    their_rate = median(rate for rates in theirs for rate in rates)
    if test == "prefill":
        unit, peak = "GOP/s", median(line["machine"]["int8_gop_s"] for line in ours)
        costs = (ours[0]["ops_per_token"],) * 2
        what = f"prompt of {PROMPT}"
    else:
        unit, peak = "GB/s", median(line["machine"]["read_gb_s"] for line in ours)
        costs = token_bytes(found, test)
        what = f"a token at {test}" if test else "a token"
    cells = [found["shape"], f"{found['kind']} / {GGUF_TYPES[found['kind']]}", what]
    for rate, token in zip((our_rate, their_rate), costs):
        done = None if token is None else rate * token / 1e9
        cells += [f"{rate:.0f}", "–" if done is None else f"{done:.0f} {unit}, {100 * done / peak:.0f} %"]
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


def table(options, results, quiet, left_out):
    columns = ["Shape", "Weights", "Test", "Maru, tokens/s", "of the machine", "llama.cpp, tokens/s", "of the machine",
               "Maru is"]  # fmt: skip
    rows = [row(found, test) for found in results for test in tests_of(found)]
    lines = [head(options, results, quiet), "", "| " + " | ".join(columns) + " |", "|---|---|---|--:|--:|--:|--:|--:|"]
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    lines += ["", "Not measured:"] + [f"- {what}" for what in left_out] if left_out else []
    return "\n".join(lines) + "\n"


def number(kind, least, most):
    """An argument between two limits."""

    def one(text):
        value = kind(text)  # argparse names what is none
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return value

    one.__name__ = kind.__name__
    return one


def several(one):
    """A list with commas, each item once."""
    return lambda text: list(dict.fromkeys(one(item.strip()) for item in text.split(",")))


def known(names):
    def one(text):
        if text not in names:
            raise argparse.ArgumentTypeError(f"'{text}' is unknown; known are {', '.join(names)}")
        return text

    return one


def tokens(text):
    if not text.isdecimal() or int(text) > 1 << 17:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of tokens up to {1 << 17}")
    return int(text)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maru", type=Path, default=ROOT / "build/bin/maru")
    parser.add_argument("--shapes", type=several(known(SHAPES)), default=list(SHAPES))
    parser.add_argument("--types", type=several(known(tuple(GGUF_TYPES))), default=list(GGUF_TYPES))
    parser.add_argument("--depth", type=several(tokens), default=[0])
    parser.add_argument("--threads", type=number(int, 1, 1024), default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=number(int, 1, 1000), default=3)
    parser.add_argument("--seconds", type=number(float, 1, 86_400), default=260)
    parser.add_argument("--wait", type=number(float, 0, 86_400), default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.out and not options.out.parent.is_dir():
        parser.error(f"--out: there is no folder {options.out.parent}")
    return options


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
    pairs = [(shape, kind) for shape in options.shapes for kind in options.types]
    # In memory where there is such a folder, so that no file is still being written while speed is measured.
    work = Path(tempfile.mkdtemp(prefix="maru-peers-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    quiet, results, left_out = Quiet(options.wait), [], []
    try:
        for i, (shape, kind) in enumerate(pairs):
            seconds = options.seconds * (i + 1) / len(pairs)
            try:
                results.append(measure(options, shape, kind, work, seconds, quiet, left_out))
            except Failed as why:
                left_out.append(f"{shape} {kind}: {why}")
    finally:
        shutil.rmtree(work)
    if not results:
        sys.exit("nothing was measured:\n" + "\n".join(left_out))
    text = table(options, results, quiet, left_out)
    print(text, end="")
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
