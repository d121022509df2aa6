#!/usr/bin/env python3
"""The model core's figures beside what the machine can do, as Markdown tables, in under eight minutes.

    figures.py [--build build] [--seconds 430] [--repeat 3] [--out FILE.md]

K-EXAONE in miniature in bf16, q8 and q4: prompts of 512 and 2048 tokens, tokens at depths of 0, 4096 and 32768, and
what attention alone costs there; then a mask of a grammar, the second start of packed weights, and each other family
in q8. Whatever the tables hold was measured beside what the machine could do in the same seconds. Nothing begins after
--seconds: what is left out then is named. Other programs move every figure; their share of the machine is printed.
"""

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from time import monotonic

sys.path.append(str(Path(__file__).resolve().parent / "peers"))
from compare import ROOT, Failed, busy_seconds, cpu_name, number, run  # noqa: E402

FAMILIES = ("ax-k1-mini", "hyperclova-x-mini", "vaetki-mini", "solar-open-mini", "exaone-4-mini")
TOO_LONG = 240  # seconds, of one program
# (type, test): of the limit that binds, per cent
GOALS = {("q8", "decode"): 80, ("q4", "decode"): 70, ("q8", "prefill"): 30}
ATTENTION_GOAL = "15 GB/s, 55 %"


class Bench:
    """Runs programs until the time is over, and knows what others took of the machine meanwhile."""

    def __init__(self, options):
        self.options, self.begin, self.left_out = options, monotonic(), []
        self.busy, self.own = busy_seconds()

    def passed(self):
        return monotonic() - self.begin

    def others(self):
        busy, own = busy_seconds()
        return max(0, busy - self.busy - (own - self.own)) / (self.passed() * os.cpu_count())

    def take(self, what, *command):
        """What the program printed as JSON; None: no time was left, or it failed."""
        if self.passed() > self.options.seconds:
            self.left_out.append(f"{what}: no time was left")
            return None
        print(f"{self.passed():4.0f} s  {what}", file=sys.stderr)
        try:
            return run(self.options.build / command[0], *command[1:], seconds=TOO_LONG)
        except Failed as why:
            self.left_out.append(f"{what}: {why}")
            return None

    def model(self, shape, types, prefill, depths, seconds, repeats):
        command = ["bin/maru", "model", "bench", "--json", "--shape", shape, "--types", types, "--prefill", prefill,
                   "--depth", depths, "--seconds", seconds, "--repeat", repeats]  # fmt: skip
        return self.take(f"{shape} {types}", *command)


def percent(share):
    return f"{100 * share:.0f} %"


def model_rows(report):
    for line in report["lines"]:
        prompt = line["test"] == "prefill"
        goal = GOALS.get((line["type"], line["test"])) if prompt or line["depth"] == 0 else None
        yield (report["model"], line["type"], f"prompt of {line['tokens']}" if prompt else f"a token at {line['depth']}",
               f"{line['tokens_s']:.1f}", f"{line['tokens_s_least']:.1f}–{line['tokens_s_most']:.1f}",
               f"{line['gb_s']:.1f}", f"{line['gop_s']:.0f}", percent(line["roofline"]), line["bound"],
               f"{line['machine']['read_gb_s']:.1f}", f"{line['machine']['int8_gop_s']:.0f}",
               f"{line['machine']['f32_gop_s']:.0f}", "–" if goal is None else f"{goal} %")  # fmt: skip


def attention_rows(report):
    for line in report["attention"]:
        if "gb_s" not in line:
            continue  # noise was larger than what was measured
        twin = line.get("full_twin", {})
        saved = [percent(twin[what]) if what in twin else "–" for what in ("saved_bytes", "saved_seconds")]
        yield (report["model"], line["depth"], f"{line['gb_s']:.1f}", f"{line['gop_s']:.0f}", percent(line["share"]),
               percent(line["roofline"]), line["bound"], f"{line['machine']['read_gb_s']:.1f}",
               f"{line['machine']['f32_gop_s']:.0f}", *saved, ATTENTION_GOAL)  # fmt: skip


def mask_rows(report):
    for texts in ("plans", "report"):
        for what in ("mask", "first", "grammar"):
            times = report[texts][what]
            yield texts, what, *(f"{times[at]:.0f}" for at in ("mean", "p50", "p99", "p99.9", "most"))


def load_rows(report):
    packed, planner = report["packed"], report["planner"]
    yield (packed["shape"], f"{packed['bytes'] / 1e9:.2f}", f"{packed['first']:.1f}", f"{packed['again']:.3f}",
           f"{packed['again_gb_s']:.1f}", f"{packed['read_gb_s']:.1f}", percent(packed["share"]),
           f"{planner['load']:.3f}", f"{planner['first_token']:.3f}")  # fmt: skip


def show(title, columns, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    if not rows:
        return ""
    lines = [" | ".join(columns), "|".join("---" for _ in columns)] + [" | ".join(row) for row in rows]
    return f"\n{title}\n\n" + "\n".join(f"| {line} |" for line in lines) + "\n"


def models(reports):
    reports = [report for report in reports if report]
    text = show("Models", ("Shape", "Weights", "Test", "tokens/s", "least–most", "GB/s", "GOP/s", "of the limit",
                           "bound", "reads GB/s", "int8 GOP/s", "f32 GOP/s", "goal"),
                (row for report in reports for row in model_rows(report)))  # fmt: skip
    return text + show("Attention alone, keys and values in halves",
                       ("Shape", "Depth", "GB/s", "GOP/s", "of bandwidth", "of the limit", "bound", "reads GB/s",
                        "f32 GOP/s", "windows save bytes", "and time", "goal"),
                       (row for report in reports for row in attention_rows(report)))  # fmt: skip


def measure(bench):
    options = bench.options
    reports = [bench.model("k-exaone-mini", kind, "512,2048", "0,4096,32768", 6, options.repeat)
               for kind in ("q8", "bf16", "q4")]  # fmt: skip
    for report in reports[1:]:  # attention has no weights: once is enough
        if report:
            report["attention"] = []
    text = ""
    if mask := bench.take("token masks", "bench/mask_bench"):
        text += show("Token masks, µs (goal: mean 60, p99.9 1,700)",
                     ("Texts", "What", "mean", "p50", "p99", "p99.9", "most"), mask_rows(mask))  # fmt: skip
    if load := bench.take("packed weights, second start", "bench/load_bench"):
        text += show("Packed weights at a second start (goal: 80 % of the page cache; first token 1 s)",
                     ("Shape", "GB", "first, s", "again, s", "GB/s", "page cache GB/s", "share", "planner loads, s",
                      "its first token, s"), load_rows(load))  # fmt: skip
    reports += [bench.model(shape, "q8", "512", "0,4096", 2, 1) for shape in FAMILIES]
    return models(reports) + text, next((report for report in reports if report), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--seconds", type=number(float, 1, 86_400), default=430)
    parser.add_argument("--repeat", type=number(int, 1, 100), default=3)
    parser.add_argument("--out", type=Path)
    bench = Bench(parser.parse_args())
    load = os.getloadavg()[0]
    text, first = measure(bench)
    if first is None:
        sys.exit("nothing was measured:\n" + "\n".join(bench.left_out))
    text = (f"{cpu_name()}, {first['threads']} threads, kernels `{first['kernels']}`, {date.today()}; {bench.passed():.0f} s,"
            f" other programs took {percent(bench.others())} of the machine (load before: {load:.1f}).\n{text}")  # fmt: skip
    text += "".join(["\nNot measured:\n"] + [f"- {what}\n" for what in bench.left_out] if bench.left_out else [])
    print(text, end="")
    if bench.options.out:
        bench.options.out.write_text(text)


if __name__ == "__main__":
    main()
