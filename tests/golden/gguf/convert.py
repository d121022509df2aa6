#!/usr/bin/env python3
"""Writes a published model folder as GGUF, with the names and keys that llama.cpp's converters use.

    convert.py FOLDER OUT.gguf TYPE      TYPE: F32, F16, BF16, Q8_0, Q4_0

Vectors, routers and selection biases stay F32, as in published files; a matrix whose rows are no whole blocks becomes
F16. Numbers are packed by PyPI `gguf`. Made for the golden folders: one unsharded model.safetensors.
"""

import json
import struct
import sys
from pathlib import Path

import gguf
import numpy as np

F32 = gguf.GGMLQuantizationType.F32
ARCHITECTURES = {"exaone4": "exaone4", "exaone_moe": "exaone-moe", "solar_open": "glm4moe"}
PRE_TOKENIZERS = {"exaone4": "exaone4", "exaone_moe": "exaone-moe", "solar_open": "solar-open"}
LAYER = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "input_layernorm": "attn_norm", "post_feedforward_layernorm": "post_ffw_norm", "mlp.gate": "ffn_gate_inp",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
    "mlp.shared_experts.gate_proj": "ffn_gate_shexp", "mlp.shared_experts.up_proj": "ffn_up_shexp",
    "mlp.shared_experts.down_proj": "ffn_down_shexp",
}  # fmt: skip
MODEL = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
         "lm_head.weight": "output.weight"}  # fmt: skip
DRAFT = {"mtp.fc": "eh_proj", "mtp.pre_fc_norm_embedding": "enorm", "mtp.pre_fc_norm_hidden": "hnorm",
         "mtp.norm": "shared_head_norm"}  # fmt: skip


def read_safetensors(path):
    """Tensors by name, as F32."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        kind = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}[entry["dtype"]]
        values = np.frombuffer(data[begin:end], dtype=kind)
        if entry["dtype"] == "BF16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        tensors[name] = values.astype(np.float32).reshape(entry["shape"])
    return tensors


def layer_name(below, architecture):
    if below.endswith("e_score_correction_bias"):
        return "exp_probs_b.bias"
    below = below.removesuffix(".weight")
    if below == "post_attention_layernorm":
        return ("ffn_norm" if architecture == "exaone-moe" else "post_attention_norm") + ".weight"
    return LAYER[below] + ".weight"


def gguf_tensors(tensors, config):
    """The tensors under GGUF's names; the experts of a layer stacked, draft layers after the others."""
    architecture = ARCHITECTURES[config["model_type"]]
    layers, named, stacks = config["num_hidden_layers"], {}, {}
    for name, values in tensors.items():
        parts = name.split(".")
        if name in MODEL:
            named[MODEL[name]] = values
        elif name.removesuffix(".weight") in DRAFT:
            named[f"blk.{layers}.nextn.{DRAFT[name.removesuffix('.weight')]}.weight"] = values
        elif ".experts." in name:  # model.layers.N.mlp.experts.E.gate_proj.weight
            kind = parts[6].removesuffix("_proj")
            stacks.setdefault(f"blk.{parts[2]}.ffn_{kind}_exps.weight", {})[int(parts[5])] = values
        else:
            index = int(parts[2]) + (layers if parts[0] == "mtp" else 0)
            named[f"blk.{index}.{layer_name('.'.join(parts[3:]), architecture)}"] = values
    for name, experts in stacks.items():
        named[name] = np.stack([experts[e] for e in range(len(experts))])
    return named


def rope_divisors(config):
    """Of a Llama 3 rope, by which its frequencies are divided; nothing for others."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if rope.get("rope_type") != "llama3":
        return None
    head = config["head_dim"]
    frequencies = 1 / config["rope_theta"] ** (np.arange(0, head, 2) / head)
    turns = rope["original_max_position_embeddings"] * frequencies / (2 * np.pi)
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    kept = np.clip((turns - low) / (high - low), 0, 1)
    return (1 / ((1 - kept) / rope["factor"] + kept)).astype(np.float32)


def add_rope(writer, config):
    head = config.get("head_dim", config["hidden_size"] // config["num_attention_heads"])
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    kind = rope.get("rope_type", rope.get("type", "default"))
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(float(rope.get("rope_theta", config.get("rope_theta", 1e4))))
    if kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(rope["factor"])
        writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
    elif kind == "default":
        writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)


def add_mixture(writer, config, experts):
    shared = config.get("num_shared_experts", config.get("n_shared_experts", 0))
    writer.add_expert_count(experts)
    writer.add_expert_used_count(config["num_experts_per_tok"])
    writer.add_expert_feed_forward_length(config["moe_intermediate_size"])
    writer.add_expert_shared_count(shared)
    writer.add_expert_shared_feed_forward_length(config["moe_intermediate_size"] * shared)
    writer.add_expert_weights_scale(config["routed_scaling_factor"])
    writer.add_expert_weights_norm(config["norm_topk_prob"])
    writer.add_expert_gating_func(gguf.ExpertGatingFuncType.SIGMOID)
    writer.add_leading_dense_block_count(config.get("first_k_dense_replace", 0))


def add_config(writer, config, drafts):
    head = config.get("head_dim", config["hidden_size"] // config["num_attention_heads"])
    writer.add_block_count(config["num_hidden_layers"] + drafts)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    add_rope(writer, config)
    if drafts:
        writer.add_nextn_predict_layers(drafts)
    if config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
        writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in config["layer_types"]])
    if experts := config.get("num_experts", config.get("n_routed_experts")):
        add_mixture(writer, config, experts)


def add_tokenizer(writer, folder, config):
    """The vocabulary, as byte-level BPE; rows without a token get a placeholder, as llama.cpp's converters write."""
    if not (folder / "tokenizer.json").exists():
        return
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokens = [f"[PAD{i}]" for i in range(config["vocab_size"])]
    kinds = [int(gguf.TokenType.UNUSED)] * len(tokens)
    for token, index in tokenizer["model"]["vocab"].items():
        tokens[index], kinds[index] = token, int(gguf.TokenType.NORMAL)
    for added in tokenizer["added_tokens"]:
        tokens[added["id"]], kinds[added["id"]] = added["content"], int(gguf.TokenType.CONTROL)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZERS[config["model_type"]])
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    eos = config["eos_token_id"]
    writer.add_eos_token_id(eos if isinstance(eos, int) else eos[0])


def packed(name, values, kind):
    """The values as `kind`, and the kind that it became."""
    if values.ndim == 1 or "ffn_gate_inp" in name:
        kind = F32
    elif values.shape[-1] % gguf.GGML_QUANT_SIZES[kind][0] != 0:
        kind = gguf.GGMLQuantizationType.F16
    return gguf.quants.quantize(values, kind), kind


def write(path, config, tensors, add_more=None):
    """`tensors`: GGUF's names → (data, type)."""
    writer = gguf.GGUFWriter(path, ARCHITECTURES[config["model_type"]])
    drafts = sum(name.endswith("nextn.eh_proj.weight") for name in tensors)
    add_config(writer, config, drafts)
    if add_more:
        add_more(writer)
    for name, (data, kind) in tensors.items():
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(folder, out, kind):
    folder, kind = Path(folder), gguf.GGMLQuantizationType[kind]
    config = json.loads((folder / "config.json").read_text())
    named = gguf_tensors(read_safetensors(folder / "model.safetensors"), config)
    if (divisors := rope_divisors(config)) is not None:
        named["rope_freqs.weight"] = divisors
    tensors = {name: packed(name, values, kind) for name, values in named.items()}
    write(out, config, tensors, lambda writer: add_tokenizer(writer, folder, config))


if __name__ == "__main__":
    main(*sys.argv[1:])
