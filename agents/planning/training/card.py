"""Writes the model card beside shipped weights, from their figures.

    python card.py --model deploy/models/planner --trained "2026-11-25, 2,700 steps of 4,096 tokens"
"""

import argparse
import json
import pathlib

from safetensors import safe_open

SPLITS = {"seen": "phrasings of the training, other values", "unseen": "phrasings held out (15 %)",
          "pairs": "tool pairs that the last training did not join, though earlier ones may have",
          "whole": "whole requests by another hand, who had not seen the phrasings",
          "acts": "the same, most of which speak of acts: denied, asked about, reported, or ordered beside such words"}


def parameters(path):
    with safe_open(path, "np") as file:
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}
    total = 0
    for shape in shapes.values():
        size = 1
        for side in shape:
            size *= side
        total += size
    return total


def rows(exact, split):
    whole = exact.get(f"split {split}")
    if whole is None:
        return
    yield f"| **{split}**: {SPLITS[split]} | {whole['right']}/{whole['all']} | {whole['share']:.1%} |"
    for key, part in exact.items():
        if key.startswith(f"split {split}, "):
            yield f"| {split}, {key.partition(', ')[2]} | {part['right']}/{part['all']} | {part['share']:.1%} |"


def card(model, trained):
    config = json.loads((model / "config.json").read_text())
    figures = json.loads((model / "figures.json").read_text())
    table = "\n".join(line for split in SPLITS for line in rows(figures["exact"], split))
    return f"""# The planner

A mixture of experts of {parameters(model / 'model.safetensors') / 1e6:.1f} M parameters in K-EXAONE's checkpoint
layout ({config['num_hidden_layers']} layers, {config['hidden_size']} wide, {config['num_experts']} experts of which
{config['num_experts_per_tok']} and a shared one work, window {config['sliding_window']}, bfloat16, packed to 8 bits where it is loaded). It turns a Korean or
English request into a plan over the tool catalogue, under a grammar that offers nothing but values found in the
request. It plans; it does not chat, and knows nothing but its catalogue.

Trained from nothing by `agents/planning/training` on its hand-written phrasings, multiplied: {trained}.
No personal data, no text of others.

## Figures

`maru-planner-report` on `cases.jsonl`, all tools offered, decoded by Maru's own core; a test goes through every fourth of them and checks
that these weights give exactly these figures. A plan counts as right only if the whole of it equals the expected one.

| Cases | Right | Share |
|---|--:|--:|
{table}

Questions: F1 {figures['ask']['f1']:.3f}. Refusals: F1 {figures['refuse']['f1']:.3f}. Write or release calls that
nobody asked for: {figures['unasked_effects']} in {figures['cases']} cases; each would stand before an approver first.

## Limits

Short of the aim: the held-out phrasings show how far it understands wordings that it never saw. It has seen only this
catalogue; another catalogue needs new training.
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--trained", required=True)
    args = parser.parse_args()
    (args.model / "README.md").write_text(card(args.model, args.trained), encoding="utf-8")


if __name__ == "__main__":
    main()
