"""Batches for training: fresh samples chunk by chunk, encoded, sorted into batches of like length."""

import collections
import functools
import itertools
import json
import multiprocessing
import random

import numpy
import torch

import annotate
import generate
from tokenizer import Codec

PLAN, AGAIN = 1, 2


def plan_text(plan):
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))


def encode(codec, samples):
    """[(prompt tokens, plan tokens)]"""
    return [codec.encode(s["text"], s["values"], plan_text(s["plan"])) for s in samples]


def filled(pair):
    """Its length in a batch: a multiple of 16 of tokens to read, so that shapes recur, and one to foretell."""
    return -(-(len(pair[0]) + len(pair[1])) // 16) * 16 + 1


def groups(pairs, budget):
    """Indices of pairs of like length, at most `budget` tokens together, padding included."""
    length = [filled(pair) for pair in pairs]
    group = []
    for i in sorted(range(len(pairs)), key=lambda i: (length[i], i)):
        if group and length[i] * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def batch(pairs, group, pad):
    """(tokens [rows, length], parts [rows, length]: 0, PLAN or AGAIN, the request where it stands the second time)"""
    length = max(filled(pairs[i]) for i in group)
    tokens = numpy.full((len(group), length), pad, dtype=numpy.int32)
    parts = numpy.zeros((len(group), length), dtype=numpy.uint8)
    for row, i in enumerate(group):
        prompt, plan = pairs[i]
        tokens[row, :len(prompt) + len(plan)] = prompt + plan
        parts[row, prompt.index(prompt[0], 1) + 1:len(prompt) - 1] = AGAIN
        parts[row, len(prompt):len(prompt) + len(plan)] = PLAN
    return tokens, parts


def batches(pairs, budget, pad):
    for group in groups(pairs, budget):
        tokens, parts = batch(pairs, group, pad)
        yield group, torch.from_numpy(tokens).long(), torch.from_numpy(parts == PLAN)


codec_of = functools.cache(Codec)


def chunk(tokenizer, seed, index, count, budget):
    """Shuffled batches of training samples nobody has seen: the same for the same seed and index."""
    codec = codec_of(tokenizer)
    pairs = encode(codec, annotate.annotate(generate.make(count, f"{seed}/{index}", "train")))
    made = [batch(pairs, group, codec.pad) for group in groups(pairs, budget)]
    random.Random(index + 1).shuffle(made)
    return made


def stream(tokenizer, seed, first, count, budget, workers):
    """(index of the chunk, tokens, parts) for ever, made ahead by `workers` processes; 0: made here, when asked."""
    if workers == 0:
        for index in itertools.count(first):
            for tokens, parts in chunk(tokenizer, seed, index, count, budget):
                yield index, tokens, parts
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        ahead = collections.deque()
        for index in itertools.count(first):
            while len(ahead) < 2 * workers:
                ahead.append(pool.apply_async(chunk, (tokenizer, seed, index + len(ahead), count, budget)))
            for tokens, parts in ahead.popleft().get():
                yield index, tokens, parts
