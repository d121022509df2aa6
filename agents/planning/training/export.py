"""Writes a trained planner as the model directory that Maru ships: the checkpoint layout of K-EXAONE in bfloat16,
with config, tokenizer and the cases that the shipped figures are taken from.

    python export.py --state ~/.cache/maru/planner/run1 --tokenizer tokenizer.json --out deploy/models/planner
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file

import annotate
import generate
from phrasings import HERE

FLOAT32 = "e_score_correction_bias"  # chooses experts; kept as it was trained
CASES = {"seen": 400, "unseen": 600, "pairs": 200}
CASES_SEED = 20261125  # of no training chunk


def weights(states):
    """The mean of the states, in the types that ship."""
    mean = {name: sum(s[name] for s in states) / len(states) for name in states[0]}
    return {name: (value if name.endswith(FLOAT32) else value.to(torch.bfloat16)).contiguous()
            for name, value in mean.items()}


def cases():
    """Held-out requests with their plans: phrasings seen with other values, phrasings never seen, tool pairs never
    seen together, and whole requests by another hand, who had read the catalogue and no phrasing."""
    for split, count in CASES.items():
        for sample in annotate.annotate(generate.make(count, CASES_SEED, split)):
            yield {"id": sample["id"], "split": split, "lang": sample["lang"], "text": sample["text"],
                   "now": sample["now"], "plan": sample["plan"]}
    for line in (HERE / "whole.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", type=pathlib.Path, nargs="+", required=True, help="several: their mean")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    saved = [torch.load(state / "weights.pt") for state in args.state]
    args.out.mkdir(parents=True, exist_ok=True)
    new = args.out / "model.safetensors.new"  # a running server has the old one mapped
    save_file(weights([s["average"] for s in saved]), new, metadata={"format": "pt"})
    new.replace(args.out / "model.safetensors")
    config = saved[0]["config"]
    write_json(args.out / "config.json", config)
    write_json(args.out / "generation_config.json",
               {"bos_token_id": config["bos_token_id"], "eos_token_id": config["eos_token_id"], "do_sample": False})
    shutil.copyfile(args.tokenizer, args.out / "tokenizer.json")
    with open(args.out / "cases.jsonl", "w", encoding="utf-8") as file:
        for case in cases():
            file.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
