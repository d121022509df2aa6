"""Trains the planner on two cores, restartable, seeded.

    python train.py --tokenizer tokenizer.json --state ~/.cache/maru/planner --steps 4000
"""

import argparse
import json
import pathlib
import time

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


def forced_tokens(codec):
    """Scaffolding that always follows from what stands before it."""
    ids = torch.zeros(codec.size, dtype=torch.bool)
    for text in ('","arguments":{', '{"id":"s1","tool":"'):
        ids[codec.control.token_to_id(text)] = True
    return ids


def loss_of(net, tokens, mask, forced):
    hidden = net(tokens[:, :-1])
    at = mask[:, 1:]
    target = tokens[:, 1:][at]
    logits = net.head(hidden[at]).float()
    each = F.cross_entropy(logits, target, reduction="none")
    weight = torch.where(forced[target], FORCED, 1.0)
    return (each * weight).sum() / weight.sum()


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--state", type=pathlib.Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--budget", type=int, default=4096)
    parser.add_argument("--peak", type=float, default=1.5e-3)
    parser.add_argument("--chunk", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--experts", type=int, default=16)
    parser.add_argument("--inner", type=int, default=224)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--evaluate-every", type=int, default=500)
    parser.add_argument("--evaluate", type=int, default=1200, help="cases of held-out phrasings")
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--start", type=pathlib.Path, help="a model directory whose weights to go on from, with a new schedule")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    args.state.mkdir(parents=True, exist_ok=True)
    codec = Codec(args.tokenizer)
    config = network.config(codec.size, codec.bos, codec.end, codec.pad, layers=args.layers,
                            experts=args.experts, inner=args.inner)
    net = network.Planner(config)
    if args.start:
        net.load_state_dict({name: value.float() for name, value in load_file(args.start / "model.safetensors").items()})
    average = Average(net, 0.997)
    optimizer = torch.optim.AdamW(groups(net, 0.05), lr=args.peak, betas=(0.9, 0.98), fused=True)
    forced = forced_tokens(codec)
    step = chunk = 0
    saved = args.state / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        average.values, average.count = state["values"], state["count"]
        step, chunk = state["step"], state["chunk"]
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.1f}M parameters, from step {step}", flush=True)
    sets = evaluation_sets(args.evaluate)
    net.train()
    begun, tokens_seen, losses = time.time(), 0, []
    while step < args.steps:
        pairs = data.chunk(codec, f"{args.seed}/{chunk}", args.chunk)
        chunk += 1
        for _, tokens, mask in data.batches(pairs, args.budget, codec.pad, data.seeded(chunk)):
            if step >= args.steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, args.steps, args.peak)
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(net, tokens, mask, forced)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            net.balance(0.01 if step < args.steps // 2 else 0.002)
            average.update()
            step += 1
            tokens_seen += tokens.numel()
            losses.append(loss.item())
            if step % 50 == 0:
                print(f"step {step} loss {sum(losses[-50:]) / 50:.4f} {tokens_seen / (time.time() - begun):.0f} tok/s "
                      f"{(time.time() - begun) / 60:.1f} min", flush=True)
            last = step == args.steps
            if step % args.evaluate_every == 0 or last:
                average.swap()
                report = {name: evaluate.exact(net, codec, s) for name, s in sets.items()}
                average.swap()
                net.train()
                print("eval", step, json.dumps({n: r["exact"] for n, r in report.items()}), flush=True)
                (args.state / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
            if step % args.save_every == 0 or last:
                save(args.state, net, optimizer, average, config, step, chunk)


def save(folder, net, optimizer, average, config, step, chunk):
    """The averaged weights for export, and all that going on needs; each file is whole or as it was before."""
    average.swap()
    weights = {k: v.clone() for k, v in net.state_dict().items()}
    average.swap()
    state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "values": average.values,
             "count": average.count, "step": step, "chunk": chunk}
    for name, value in (("weights.pt", {"average": weights, "config": config}), ("checkpoint.pt", state)):
        torch.save(value, folder / f"{name}.new")
        (folder / f"{name}.new").replace(folder / name)


if __name__ == "__main__":
    main()
