"""Batches for training: fresh samples chunk by chunk, encoded, sorted into batches of like length."""

import json
import random

import torch

import annotate
import generate


def plan_text(plan):
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))


def encode(codec, samples):
    """[(prompt tokens, plan tokens)]"""
    return [codec.encode(s["text"], s["values"], plan_text(s["plan"])) for s in samples]


def chunk(codec, seed, count):
    """Training samples nobody has seen: the same for the same seed."""
    samples = annotate.annotate(generate.make(count, seed, "train"))
    return encode(codec, samples)


def batches(pairs, budget, pad, rng=None):
    """Tensors (tokens, plan mask) of at most `budget` tokens, padding included."""
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][0]) + len(pairs[i][1]), i))
    groups, group = [], []
    for i in order:
        length = len(pairs[i][0]) + len(pairs[i][1])
        if group and length * (len(group) + 1) > budget:
            groups.append(group)
            group = []
        group.append(i)
    if group:
        groups.append(group)
    if rng:
        rng.shuffle(groups)
    for group in groups:
        length = max(len(pairs[i][0]) + len(pairs[i][1]) for i in group)
        tokens = torch.full((len(group), length), pad)
        mask = torch.zeros((len(group), length), dtype=torch.bool)
        for row, i in enumerate(group):
            prompt, plan = pairs[i]
            tokens[row, :len(prompt) + len(plan)] = torch.tensor(prompt + plan)
            mask[row, len(prompt):len(prompt) + len(plan)] = True
        yield group, tokens, mask


def seeded(seed):
    return random.Random(seed)
