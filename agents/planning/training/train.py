"""Trains the planner on two cores, restartable, seeded.

    python train.py --tokenizer tokenizer.json --state ~/.cache/maru/planner --steps 4000
"""

import argparse
import json
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
from tokenizer import Codec

FORCED = 0.1  # weight of tokens that the grammar dictates
# Where a CPU trains, glibc would give large pieces back after each operation and take them again page by page.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(8 << 30), "MALLOC_TOP_PAD_": str(256 << 20)}


def forced_tokens(codec):
    """Scaffolding that always follows from what stands before it."""
    ids = torch.zeros(codec.size, dtype=torch.bool)
    for text in ('","arguments":{', '{"id":"s1","tool":"'):
        ids[codec.control.token_to_id(text)] = True
    return ids


def loss_of(net, tokens, at, forced):
    """tokens [rows, length]; at: places in [rows, length - 1], row after row, whose next token is part of a plan."""
    hidden = net(tokens[:, :-1]).flatten(0, 1)[at]
    target = tokens[:, 1:].flatten()[at]
    each = F.cross_entropy(net.head(hidden).float(), target, reduction="none")
    weight = torch.where(forced[target], FORCED, 1.0)
    return (each * weight).sum() / weight.sum()


def moved(tokens, mask, device):
    """What a step needs of a batch, on the device."""
    at = numpy.flatnonzero(mask[:, 1:])
    return (torch.from_numpy(a).long().to(device, non_blocking=True) for a in (tokens, at))


def learning_rate(step, steps, peak, warm=150, decay=0.35):
    """Warm up, hold, then fall in a straight line over the last share of the steps: the number of steps may
    still be changed while it holds."""
    left = (steps - step) / max(1.0, steps * decay)
    return peak * min(1.0, (step + 1) / warm, max(0.01, left))


def groups(net, decay):
    matrices = [p for p in net.parameters() if p.dim() >= 2]
    vectors = [p for p in net.parameters() if p.dim() < 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


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
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--budget", type=int, default=4096, help="tokens in a step")
    parser.add_argument("--peak", type=float, default=1.5e-3)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--chunk", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--hidden", type=int, default=384)
    parser.add_argument("--experts", type=int, default=4)
    parser.add_argument("--inner", type=int, default=288)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that make samples ahead")
    parser.add_argument("--evaluate-every", type=int, default=500)
    parser.add_argument("--evaluate", type=int, default=1200, help="cases of held-out phrasings")
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--start", type=pathlib.Path, help="a model directory whose weights to go on from, with a new schedule")
    return parser.parse_args()


class Training:
    """The network, what steers it, and how far it is."""

    def __init__(self, args, codec):
        self.args, self.codec = args, codec
        self.config = network.config(codec.size, codec.bos, codec.end, codec.pad, layers=args.layers, hidden=args.hidden,
                                     experts=args.experts, inner=args.inner)
        self.net = network.Planner(self.config, args.dropout)
        if args.start:
            self.net.load_state_dict({name: value.float() for name, value in load_file(args.start / "model.safetensors").items()})
        self.net.to(args.device)
        self.average = Average(self.net, 0.997)
        self.optimizer = torch.optim.AdamW(groups(self.net, 0.05), lr=args.peak, betas=(0.9, 0.98), fused=True)
        self.forced = forced_tokens(codec).to(args.device)
        self.step = self.chunk = 0
        if (args.state / "checkpoint.pt").exists():
            self.restore(torch.load(args.state / "checkpoint.pt", map_location=args.device))

    def restore(self, state):
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.values, self.average.count = state["values"], state["count"]
        self.step, self.chunk = state["step"], state["chunk"]

    def learn(self, tokens, mask):
        """One step; the loss, still on the device."""
        args = self.args
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, args.steps, args.peak)
        tokens, at = moved(tokens, mask, args.device)
        with torch.autocast(args.device, torch.bfloat16):
            loss = loss_of(self.net, tokens, at, self.forced)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.net.balance(0.01 if self.step < args.steps // 2 else 0.002)
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
    begun, tokens_seen, losses = time.time(), 0, []
    for index, tokens, mask in data.stream(args.tokenizer, args.seed, training.chunk, args.chunk, args.budget, args.workers):
        if training.step >= args.steps:
            break
        losses.append(training.learn(tokens, mask))
        training.chunk, tokens_seen = index + 1, tokens_seen + tokens.size
        step, last = training.step, training.step == args.steps
        if step % 50 == 0:
            print(f"step {step} loss {torch.stack(losses).mean().item():.4f} {tokens_seen / (time.time() - begun):.0f} tok/s "
                  f"{(time.time() - begun) / 60:.1f} min", flush=True)
            losses = []
        if step % args.evaluate_every == 0 or last:
            training.evaluate(sets)
        if step % args.save_every == 0 or last:
            save(training)


def save(training):
    """The averaged weights for export, and all that going on needs; each file is whole or as it was before."""
    net, average = training.net, training.average
    average.swap()
    weights = {k: v.cpu().clone() for k, v in net.state_dict().items()}
    average.swap()
    state = {"net": net.state_dict(), "optimizer": training.optimizer.state_dict(), "values": average.values,
             "count": average.count, "step": training.step, "chunk": training.chunk}
    for name, value in (("weights.pt", {"average": weights, "config": training.config}), ("checkpoint.pt", state)):
        torch.save(value, training.args.state / f"{name}.new")
        (training.args.state / f"{name}.new").replace(training.args.state / name)


if __name__ == "__main__":
    main()
