#!/usr/bin/env python3
"""Makes ../exaone4 (a tiny EXAONE 4 checkpoint with reference outputs) and exaone4-mixed.gguf with its own.

    make_exaone4.py

The GGUF file mixes types as published Q4_K_M files do. Its blocks are random bits with scales of a size that gives
weights of about 1/20; PyPI `gguf` turns them into numbers, PyPI `transformers` computes the outputs in float32. The
checkpoint holds the same numbers as bf16.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from convert import add_tokenizer, gguf_tensors, write
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from greedy import greedy  # noqa: E402

Q = gguf.GGMLQuantizationType
HERE = Path(__file__).parent
FOLDER = HERE.parent / "exaone4"
MARGIN = 0.02
CONFIG = {
    "architectures": ["Exaone4ForCausalLM"], "model_type": "exaone4", "attention_dropout": 0.0, "bos_token_id": 1,
    "eos_token_id": 53, "pad_token_id": 0, "head_dim": 32, "hidden_act": "silu", "hidden_size": 256,
    "initializer_range": 0.02, "intermediate_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "sliding_window": 16,
    "sliding_window_pattern": "LLLG", "layer_types": ["sliding_attention"] * 3 + ["full_attention"],
    "rope_theta": 1000000, "rope_scaling": {"rope_type": "llama3", "factor": 16.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 64}, "tie_word_embeddings": True,
    "torch_dtype": "bfloat16", "use_cache": True, "vocab_size": 336,
}  # fmt: skip
TYPES = {"self_attn.q_proj": Q.Q4_K, "self_attn.k_proj": Q.Q4_K, "self_attn.v_proj": Q.Q6_K,
         "self_attn.o_proj": Q.Q8_0, "mlp.gate_proj": Q.Q4_K, "mlp.up_proj": Q.Q6_K, "mlp.down_proj": Q.Q4_0,
         "embed_tokens": Q.Q6_K}  # fmt: skip


def halves(values):
    return values.astype(np.float16).view(np.uint8).reshape(-1, 2)


def random_blocks(random, kind, count, spread):
    """`count` blocks of `kind`, whose weights have about the standard deviation `spread`."""

    def octets(size):
        return random.integers(0, 256, (count, size), dtype=np.uint8)

    wobble = random.uniform(0.8, 1.2, count)
    if kind == Q.Q8_0:
        return np.hstack([halves(wobble * spread / 74), octets(32)])
    if kind == Q.Q4_0:
        return np.hstack([halves(wobble * spread / 4.6), octets(16)])
    if kind == Q.Q6_K:  # ql, qh, scales, d
        return np.hstack([octets(128), octets(64), octets(16), halves(wobble * spread / 1370)])
    scale = wobble * spread / 200  # Q4_K: d, dmin, scales, nibbles; minima are about 7.5 scales
    return np.hstack([halves(scale), halves(scale * 7.5), octets(12), octets(128)])


def make_tensors():
    """Published name → (bytes, type, numbers)."""
    random = np.random.default_rng(20261126)
    with torch.device("meta"):
        model = transformers.Exaone4ForCausalLM(transformers.Exaone4Config(**CONFIG))
    tensors = {}
    for name, parameter in model.named_parameters():
        shape = tuple(parameter.shape)
        kind = next((kind for part, kind in TYPES.items() if f".{part}." in name), Q.F32)
        if kind == Q.F32:
            values = (1 + 0.2 * random.standard_normal(shape)).astype(np.float32)
            tensors[name] = (values, kind, values)
            continue
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        spread = 0.2 if "embed" in name else 0.08
        blocks = random_blocks(random, kind, int(np.prod(shape)) // elements, spread)
        data = blocks.reshape(*shape[:-1], shape[-1] // elements * size)
        tensors[name] = (data, kind, gguf.quants.dequantize(data, kind))
    return tensors


def reference(numbers):
    config = transformers.Exaone4Config(**CONFIG, attn_implementation="eager")
    model = transformers.Exaone4ForCausalLM(config).eval().float()
    missing, unexpected = model.load_state_dict({k: torch.tensor(v) for k, v in numbers.items()}, strict=False)
    assert not unexpected and missing == ["lm_head.weight"], (missing, unexpected)
    model.tie_weights()
    return model


@torch.no_grad()
def outputs(model):
    """The tensors of golden.safetensors; prompts are drawn until no greedy choice is close."""
    tensors, margins = {}, {}
    for index, length in enumerate((5, 40, 200)):
        for attempt in range(1000):
            random = np.random.default_rng([index, attempt])
            prompt = random.integers(60, CONFIG["vocab_size"], length).tolist()
            made, margin = greedy(model, prompt)
            if margin >= MARGIN and CONFIG["eos_token_id"] not in made:
                break
        result, kept = model(torch.tensor([prompt]), output_hidden_states=True), 16 if length > 100 else length
        name = f"p{index}"
        margins[name] = round(margin, 6)
        tensors[f"{name}.input_ids"] = torch.tensor(prompt)
        tensors[f"{name}.greedy"] = torch.tensor(made)
        tensors[f"{name}.logits"] = result.logits[0, -kept:].clone()
        if index == 0:
            layers = len(result.hidden_states) - 1
            for stage, hidden in enumerate(result.hidden_states):  # the last is after the final norm
                tensors[f"p0.hidden.{'embed' if stage == 0 else 'norm' if stage == layers else stage - 1}"] = hidden[0]
    return {name: tensor.contiguous() for name, tensor in tensors.items()}, margins


def bf16(values):
    return torch.tensor(values).to(torch.bfloat16)


def make_folder(tensors):
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    stored = {name: bf16(values) for name, (_, _, values) in tensors.items()}
    save_file(stored, FOLDER / "model.safetensors", {"format": "pt"})
    golden, margins = outputs(reference({name: tensor.float().numpy() for name, tensor in stored.items()}))
    save_file(golden, FOLDER / "golden.safetensors")
    about = {"family": "exaone4", "made_by": "tests/golden/gguf/make_exaone4.py",
             "reference": {"library": "transformers", "torch": torch.__version__,
                           "transformers": transformers.__version__, "dtype": "float32", "attention": "eager"},
             "min_greedy_margin": margins}  # fmt: skip
    (FOLDER / "golden.json").write_text(json.dumps(about, indent=2) + "\n")


def rope_divisors():
    """What the reference divides its inverse frequencies by, as llama.cpp's converters store it."""
    config = transformers.Exaone4Config(**CONFIG)
    plain = 1 / CONFIG["rope_theta"] ** (np.arange(0, CONFIG["head_dim"], 2) / CONFIG["head_dim"])
    scaled, _ = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    return (plain / scaled.double().numpy()).astype(np.float32)


def make_gguf(tensors):
    numbers = gguf_tensors({name: values for name, (_, _, values) in tensors.items()}, CONFIG)
    stored = {}
    for name, values in numbers.items():
        data, kind = next((data, kind) for data, kind, other in tensors.values() if other is values)
        stored[name] = (data, kind)
    stored["rope_freqs.weight"] = (rope_divisors(), Q.F32)
    write(HERE / "exaone4-mixed.gguf", CONFIG, stored, lambda writer: add_tokenizer(writer, HERE.parent / "k_exaone", CONFIG))
    golden, margins = outputs(reference({name: values for name, (_, _, values) in tensors.items()}))
    save_file(golden, HERE / "exaone4-mixed.golden.safetensors")
    return margins


if __name__ == "__main__":
    made = make_tensors()
    make_folder(made)
    print(make_gguf(made))
