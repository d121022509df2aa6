"""Exact-plan match without decoding: a plan is written exactly when, at every token of it, the model's first
choice is the right one. (Decoding under the grammar can only do better.)"""

import collections

import torch

import data
from model import narrow
from phrasings import tools


def kind_of(sample):
    plan = sample["plan"]
    if plan["verdict"] == "plan":
        return "steps " + str(min(4, len(plan["steps"])))
    return plan["verdict"] + (" " + plan["reason"] if plan["verdict"] == "refuse" else "")


def domain_of(sample):
    steps = sample["plan"].get("steps")
    names = {tools()[s["tool"]]["domain"] for s in steps} if steps else {sample["plan"]["verdict"]}
    return names.pop() if len(names) == 1 else "mixed"


@torch.no_grad()
def right(net, codec, samples, budget=8192):
    """For each sample whether all its plan tokens come first, and the place of the first that does not."""
    net.eval()
    device = net.model.norm.weight.device
    pairs = data.encode(codec, samples)
    out = [None] * len(pairs)
    for group, tokens, mask in data.batches(pairs, budget, codec.pad):
        tokens, mask = tokens.to(device), mask.to(device)
        with narrow(device.type):
            hidden = net(tokens[:, :-1])
            at = mask[:, 1:]
            best = torch.zeros_like(tokens[:, 1:])
            best[at] = net.head(hidden[at]).argmax(-1)
        wrong = (best != tokens[:, 1:]) & at
        for row, i in enumerate(group):
            places = wrong[row].nonzero()[:, 0].tolist()
            out[i] = (not places, codec.control.decode(
                tokens[row, len(pairs[i][0]):places[0] + 1].tolist(), skip_special_tokens=False) + " ⇒ " +
                codec.control.decode([best[row, places[0]].item()], skip_special_tokens=False) if places else "")
    return out


def exact(net, codec, samples, keep=60):
    marks = right(net, codec, samples)
    by = collections.defaultdict(lambda: [0, 0])
    for sample, (good, _) in zip(samples, marks):
        for key in ("all", "lang " + sample["lang"], kind_of(sample), "domain " + domain_of(sample)):
            by[key][0] += good
            by[key][1] += 1
    wrong = [{"text": s["text"], "plan": data.plan_text(s["plan"]), "at": w} for s, (good, w) in zip(samples, marks) if not good]
    return {"exact": round(by["all"][0] / max(1, by["all"][1]), 4),
            "by": {k: [round(a / b, 3), b] for k, (a, b) in sorted(by.items())}, "wrong": wrong[:keep]}
