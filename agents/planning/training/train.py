"""Trains the planner on two cores, restartable, seeded.

    python train.py --tokenizer tokenizer.json --state ~/.cache/maru/planner --minutes 90
"""

import argparse
import json
import math
import os
import pathlib
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import annotate
import data
import evaluate
import generate
import model as network
from model import narrow
from muon import Muon
from tokenizer import Codec

FORCED = 0.1  # weight of tokens that the grammar dictates
# Weight of the request's tokens where it stands the second time, in the first steps: each can be foretold by finding
# its place the first time, which is how spans are copied. Falls to nothing in so many steps.
COPYING, COPYING_STEPS = 0.3, 1200
FALLING = 0.35  # share of the steps in which the learning rate falls
MEASURED = 50  # steps after each of which the number that fits in the minutes is told anew, until the rate falls
# Where a CPU trains, glibc would give large pieces back after each operation and take them again page by page.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(8 << 30), "MALLOC_TOP_PAD_": str(256 << 20)}


def forced_tokens(codec):
    """Scaffolding that always follows from what stands before it."""
    ids = torch.zeros(codec.size, dtype=torch.bool)
    for text in ('","arguments":{', '{"id":"s1","tool":"'):
        ids[codec.control.token_to_id(text)] = True
    return ids


def losses_of(net, tokens, at, plans, forced):
    """tokens [rows, length]; at: places in [rows, length - 1] whose next token is learnt, the first `plans` of them
    part of a plan, the rest of a request said again → the mean loss of either."""
    hidden = net(tokens[:, :-1]).flatten(0, 1)[at]
    target = tokens[:, 1:].flatten()[at]
    each = F.cross_entropy(net.head(hidden).float(), target, reduction="none")
    weight = torch.where(forced[target[:plans]], FORCED, 1.0)
    return (each[:plans] * weight).sum() / weight.sum(), each[plans:].mean() if len(each) > plans else 0.0


def learnt(tokens, parts, copying, device):
    """What a step needs of a batch, on the device: tokens, places, how many of them are of plans."""
    kinds = (data.PLAN, data.AGAIN) if copying else (data.PLAN,)
    at = [numpy.flatnonzero(parts[:, 1:] == kind) for kind in kinds]
    moved = (torch.from_numpy(a).long().to(device, non_blocking=True) for a in (tokens, numpy.concatenate(at)))
    return *moved, len(at[0])


def falling(step, steps):
    """The learning rate falls over the last share of the steps."""
    return step >= steps * (1 - FALLING)


def learning_rate(step, steps, warm=150):
    """Share of the peak: warm up, hold, then fall in a straight line: the number of steps may still be changed
    while it holds."""
    left = (steps - step) / max(1.0, steps * FALLING)
    return min(1.0, (step + 1) / warm, max(0.01, left))


def optimizers(net, peak, decay):
    """Muon for the matrices between layers; AdamW for what is looked up, weighs or chooses."""
    between = {n: p for n, p in net.named_parameters() if p.dim() == 2 and not n.endswith(("embed_tokens.weight", "mlp.gate.weight"))}
    others = [p for n, p in net.named_parameters() if n not in between]
    groups = [{"params": [p for p in others if p.dim() == 2], "weight_decay": decay},
              {"params": [p for p in others if p.dim() < 2], "weight_decay": 0.0}]
    return Muon(list(between.values()), peak, decay), torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), fused=True)


class Average:
    """Exponential moving average of the weights: what is evaluated and exported."""

    def __init__(self, net, decay):
        self.decay, self.net = decay, net
        self.values = [p.detach().clone() for p in net.parameters()]
        self.count = 0

    def update(self):
        self.count += 1
        rate = 1 - min(self.decay, self.count / (self.count + 10))
        torch._foreach_lerp_(self.values, [p.detach() for p in self.net.parameters()], rate)

    def swap(self):
        for p, v in zip(self.net.parameters(), self.values):
            p.data, v.data = v.data, p.data


def evaluation_sets(count):
    return {split: annotate.annotate(generate.make(n, 999, split))
            for split, n in (("seen", count // 2), ("unseen", count), ("pairs", count // 3))}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--state", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=90, help="what all of it may take, with evaluation, over all restarts")
    parser.add_argument("--steps", type=int, help="how many, whatever time they take: the same weights on the same machine")
    parser.add_argument("--budget", type=int, default=4096, help="tokens in a step")
    parser.add_argument("--peak", type=float, default=5e-3, help="learning rate; a fifth of it to go on from trained weights")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--chunk", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--experts", type=int, default=8)
    parser.add_argument("--inner", type=int, default=192)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that make samples ahead")
    parser.add_argument("--evaluate-every", type=int, default=500)
    parser.add_argument("--evaluate", type=int, default=1200, help="cases of held-out phrasings")
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--start", type=pathlib.Path, help="a model directory whose weights to go on from, with a new schedule")
    return parser.parse_args()


def starting_config(args):
    return json.loads((args.start / "config.json").read_text(encoding="utf-8"))


class Training:
    """The network, what steers it, and how far it is."""

    def __init__(self, args, codec):
        self.args, self.codec = args, codec
        self.config = starting_config(args) if args.start else network.config(
            codec.size, codec.bos, codec.end, codec.pad, layers=args.layers, hidden=args.hidden, heads=args.heads,
            kv_heads=args.heads // 2, experts=args.experts, inner=args.inner)
        self.net = network.Planner(self.config, args.dropout)
        if args.start:
            self.net.load_state_dict({name: value.float() for name, value in load_file(args.start / "model.safetensors").items()})
        self.net.to(args.device)
        self.average = Average(self.net, 0.997)
        self.optimizers = optimizers(self.net, args.peak, 0.05)
        self.forced = forced_tokens(codec).to(args.device)
        self.step = self.chunk = 0
        self.steps, self.spent, self.begun = args.steps or 10**6, 0.0, time.monotonic()
        if (args.state / "checkpoint.pt").exists():
            self.restore(torch.load(args.state / "checkpoint.pt", map_location=args.device))

    def restore(self, state):
        self.net.load_state_dict(state["net"])
        for optimizer, of in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(of)
        self.average.values, self.average.count = state["values"], state["count"]
        self.step, self.chunk, self.spent = state["step"], state["chunk"], state["spent"]
        self.steps = self.args.steps or state["steps"]

    def minutes(self):
        return (self.spent + time.monotonic() - self.begun) / 60

    def measure(self):
        """The number of steps that fit in the minutes at the pace so far, with a minute for the last evaluation. Never
        so few that the rate would have had to fall already."""
        if not self.args.steps and not falling(self.step, self.steps):
            fitting = int(self.step * (self.args.minutes - 1) / self.minutes())
            self.steps = max(fitting, math.ceil(self.step / (1 - FALLING)))

    def learn(self, tokens, parts):
        """One step; the loss of plans, still on the device."""
        args = self.args
        copying = 0.0 if args.start else COPYING * max(0.0, 1 - self.step / COPYING_STEPS)
        tokens, at, plans = learnt(tokens, parts, copying, args.device)
        with narrow(args.device):
            loss, copied = losses_of(self.net, tokens, at, plans, self.forced)
        (loss + copying * copied).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = args.peak * learning_rate(self.step, self.steps)
            optimizer.step()
            optimizer.zero_grad()
        self.net.balance(0.002 if falling(self.step, self.steps) else 0.01)
        self.average.update()
        self.step += 1
        return loss.detach()

    def evaluate(self, sets):
        self.average.swap()
        report = {name: evaluate.exact(self.net, self.codec, s) for name, s in sets.items()}
        self.average.swap()
        self.net.train()
        print("eval", self.step, json.dumps({n: r["exact"] for n, r in report.items()}), flush=True)
        (self.args.state / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))


def main():
    args = arguments()
    if args.device == "cpu" and not KEPT_MEMORY.keys() <= os.environ.keys():
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | KEPT_MEMORY)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.state.mkdir(parents=True, exist_ok=True)
    training = Training(args, Codec(args.tokenizer))
    print(f"{sum(p.numel() for p in training.net.parameters()) / 1e6:.1f}M parameters, from step {training.step}", flush=True)
    sets = evaluation_sets(args.evaluate)
    training.net.train()
    begun, tokens_seen, losses = time.monotonic(), 0, []
    for index, tokens, parts in data.stream(args.tokenizer, args.seed, training.chunk, args.chunk, args.budget, args.workers):
        if training.step >= training.steps:
            break
        losses.append(training.learn(tokens, parts))
        training.chunk, tokens_seen = index + 1, tokens_seen + tokens.size
        if training.step % MEASURED == 0:
            training.measure()
            print(f"step {training.step} of {training.steps} loss {torch.stack(losses).mean().item():.4f} "
                  f"{tokens_seen / (time.monotonic() - begun):.0f} tok/s {training.minutes():.1f} min", flush=True)
            losses = []
        last = training.step == training.steps
        if training.step % args.evaluate_every == 0 or last:
            training.evaluate(sets)
        if training.step % args.save_every == 0 or last:
            save(training)


def save(training):
    """The averaged weights for export, and all that going on needs; each file is whole or as it was before."""
    net, average = training.net, training.average
    average.swap()
    weights = {k: v.cpu().clone() for k, v in net.state_dict().items()}
    average.swap()
    state = {"net": net.state_dict(), "optimizers": [o.state_dict() for o in training.optimizers], "values": average.values,
             "count": average.count, "step": training.step, "chunk": training.chunk, "steps": training.steps,
             "spent": training.minutes() * 60}
    for name, value in (("weights.pt", {"average": weights, "config": training.config}), ("checkpoint.pt", state)):
        torch.save(value, training.args.state / f"{name}.new")
        (training.args.state / f"{name}.new").replace(training.args.state / name)


if __name__ == "__main__":
    main()
