#!/usr/bin/env python3
"""Writes a shape of `maru model bench` as GGUF, with made-up weights.

    make_gguf.py SHAPE TYPE OUT.gguf     SHAPE: k-exaone-mini, exaone-4-mini; TYPE: Q8_0, Q4_0

Prints {"parameters", "bytes_per_token"}: weights in all, and bytes of them that one decoded token needs (of the experts
those that are chosen, of the embedding nothing). Every matrix is of TYPE; norms, router and bias are F32, as in
published files. Matrices of one shape share their numbers: what they are costs no engine any time.
"""

import json
import sys
from math import prod
from pathlib import Path

import gguf
import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[3] / "golden" / "gguf"))
import convert

POOL_BLOCKS = 32_749  # a prime: copies shift against rows
BLOCK = 32


def common(family, layers, ffn, window):
    kinds = ["full_attention" if i % 4 == 3 else "sliding_attention" for i in range(layers)]
    return {"model_type": family, "vocab_size": 32_000, "hidden_size": 2_048, "intermediate_size": ffn,
            "num_hidden_layers": layers, "num_attention_heads": 16, "num_key_value_heads": 4, "head_dim": 128,
            "max_position_embeddings": 262_144, "rms_norm_eps": 1e-5, "rope_theta": 1_000_000,
            "sliding_window": window, "layer_types": kinds}  # fmt: skip


def mixture():
    return {"moe_intermediate_size": 768, "num_experts": 64, "num_shared_experts": 1, "num_experts_per_tok": 8,
            "norm_topk_prob": True, "routed_scaling_factor": 2.5, "first_k_dense_replace": 1}  # fmt: skip


# As model_core/bench/shapes.cc has them.
SHAPES = {
    "k-exaone-mini": common("exaone_moe", 8, 6_144, 128) | mixture(),
    "exaone-4-mini": common("exaone4", 16, 8_192, 4_096),
}


def feed_forward(name, ffn, hidden, experts=()):
    return {f"ffn_gate{name}": (*experts, ffn, hidden), f"ffn_up{name}": (*experts, ffn, hidden),
            f"ffn_down{name}": (*experts, hidden, ffn)}  # fmt: skip


def layer_shapes(config, index):
    hidden, head = config["hidden_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * head, config["num_key_value_heads"] * head
    mixed = config["model_type"] == "exaone_moe"
    norms = ("attn_norm", "ffn_norm") if mixed else ("post_attention_norm", "post_ffw_norm")
    shapes = {"attn_q": (q, hidden), "attn_k": (kv, hidden), "attn_v": (kv, hidden), "attn_output": (hidden, q),
              "attn_q_norm": (head,), "attn_k_norm": (head,)} | {norm: (hidden,) for norm in norms}  # fmt: skip
    if not mixed or index < config["first_k_dense_replace"]:
        return shapes | feed_forward("", config["intermediate_size"], hidden)
    experts, ffn = config["num_experts"], config["moe_intermediate_size"]
    shapes |= feed_forward("_exps", ffn, hidden, (experts,))
    shapes |= feed_forward("_shexp", ffn * config["num_shared_experts"], hidden)
    return shapes | {"ffn_gate_inp": (experts, hidden), "exp_probs_b": (experts,)}


def all_shapes(config):
    """GGUF's names → shapes, rows first."""
    matrix = (config["vocab_size"], config["hidden_size"])
    shapes = {"token_embd.weight": matrix, "output.weight": matrix, "output_norm.weight": matrix[1:]}
    for i in range(config["num_hidden_layers"]):
        for name, shape in layer_shapes(config, i).items():
            shapes[f"blk.{i}.{name}.{'bias' if name == 'exp_probs_b' else 'weight'}"] = shape
    return shapes


class Maker:
    """Numbers for tensors: evenly distributed, of the size at which activations neither fade nor grow."""

    def __init__(self, hidden, kind):
        spread = (3 / hidden) ** 0.5
        values = np.random.default_rng(1).uniform(-spread, spread, (POOL_BLOCKS, BLOCK)).astype(np.float32)
        self.pools = {k: gguf.quants.quantize(values, k) for k in (kind, convert.F32)}
        self.kind, self.made = kind, {}

    def tensor(self, name, shape):
        if len(shape) == 1:
            return np.full(shape, 0 if name.endswith(".bias") else 1, np.float32), convert.F32
        kind = convert.F32 if "ffn_gate_inp" in name else self.kind
        if (shape, kind) not in self.made:
            pool = self.pools[kind]
            blocks = np.resize(pool, (prod(shape) // BLOCK, pool.shape[1]))
            self.made[shape, kind] = blocks.reshape(*shape[:-1], shape[-1] // BLOCK * pool.shape[1])
        return self.made[shape, kind], kind


def bytes_per_token(config, tensors):
    share = config["num_experts_per_tok"] / config["num_experts"] if "num_experts" in config else 1
    return sum(data.nbytes * (share if "_exps" in name else 1)
               for name, (data, _) in tensors.items() if name != "token_embd.weight")  # fmt: skip


def main(shape, kind, out):
    config, shapes = SHAPES[shape], all_shapes(SHAPES[shape])
    maker = Maker(config["hidden_size"], gguf.GGMLQuantizationType[kind])
    tensors = {name: maker.tensor(name, shape) for name, shape in shapes.items()}
    convert.write(out, config, tensors, lambda writer: writer.add_tokenizer_model("none"))
    parameters = sum(map(prod, shapes.values()))
    print(json.dumps({"parameters": parameters, "bytes_per_token": bytes_per_token(config, tensors)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
