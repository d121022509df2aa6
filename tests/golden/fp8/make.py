#!/usr/bin/env python3
"""Makes ../k_exaone_fp8_channel: the checkpoint of ../k_exaone as PyPI `compressed-tensors` stores FP8, with reference
outputs.

    make.py

Every matrix of attention, feed-forward and experts gets one scale a row (strategy `channel`); embedding, output matrix
and routers stay bf16. The reference computes in float32 with the numbers that the package makes of its own files.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import compressed_tensors
import numpy as np
import torch
import transformers
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig, QuantizationScheme
from compressed_tensors.quantization.lifecycle.forward import dequantize
from safetensors.torch import load_file, save_file

sys.path.insert(0, str(Path(__file__).parent.parent))
from greedy import greedy  # noqa: E402

GOLDEN = Path(__file__).parent.parent
FROM, FOLDER = GOLDEN / "k_exaone", GOLDEN / "k_exaone_fp8_channel"
MARGIN = 0.02
SCHEME = QuantizationScheme(
    targets=["Linear"],
    weights=QuantizationArgs(num_bits=8, type="float", strategy="channel", symmetric=True),
    input_activations=QuantizationArgs(num_bits=8, type="float", strategy="token", symmetric=True, dynamic=True),
)
FORMAT = "float-quantized"


def is_fp8(name, tensor):
    return tensor.dim() == 2 and "_proj." in name


def compressed(weight):
    """The tensors that stand for one matrix, by what follows its name."""
    scale = weight.float().abs().amax(1, keepdim=True) / torch.finfo(torch.float8_e4m3fn).max
    state = {"weight": weight, "weight_scale": scale.to(torch.bfloat16)}
    return BaseCompressor.get_value_from_registry(FORMAT).compress(state, SCHEME)


def make_tensors():
    """(what is stored, the same as float32)"""
    stored, numbers = {}, {}
    for name, tensor in load_file(FROM / "model.safetensors").items():
        if name.startswith("mtp."):
            continue
        if not is_fp8(name, tensor):
            stored[name], numbers[name] = tensor, tensor.float()
            continue
        parts = compressed(tensor)
        for part, value in parts.items():
            stored[name.removesuffix("weight") + part] = value.contiguous()
        numbers[name] = dequantize(parts["weight"], parts["weight_scale"].float(), args=SCHEME.weights, dtype=torch.float32)
    return stored, numbers


def config():
    made = json.loads((FROM / "config.json").read_text())
    made.pop("num_nextn_predict_layers", None)
    quantised = QuantizationConfig(
        config_groups={"group_0": SCHEME}, format=FORMAT, quantization_status="compressed",
        ignore=["lm_head", "re:.*mlp.gate$"])  # fmt: skip
    return made, made | {"quantization_config": json.loads(quantised.model_dump_json())
                         | {"sparsity_config": {}, "transform_config": {}, "version": compressed_tensors.__version__}}


def reference(plain, numbers):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text(json.dumps(plain))
        save_file(numbers, Path(folder) / "model.safetensors", {"format": "pt"})
        return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


@torch.no_grad()
def outputs(model, vocabulary):
    tensors, margins = {}, {}
    for index, length in enumerate((5, 40, 200)):
        for attempt in range(1000):
            prompt = np.random.default_rng([index, attempt, 8]).integers(60, vocabulary, length).tolist()
            made, margin = greedy(model, prompt)
            if margin >= MARGIN:
                break
        name, kept = f"p{index}", 16 if length > 100 else length
        margins[name] = round(margin, 6)
        tensors[f"{name}.input_ids"] = torch.tensor(prompt)
        tensors[f"{name}.greedy"] = torch.tensor(made)
        tensors[f"{name}.logits"] = model(torch.tensor([prompt])).logits[0, -kept:].clone().contiguous()
    return tensors, margins


def main():
    stored, numbers = make_tensors()
    plain, quantised = config()
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "config.json").write_text(json.dumps(quantised, indent=2) + "\n")
    save_file(stored, FOLDER / "model.safetensors", {"format": "pt"})
    shutil.copy(FROM / "generation_config.json", FOLDER)
    golden, margins = outputs(reference(plain, numbers), plain["vocab_size"])
    save_file(golden, FOLDER / "golden.safetensors")
    about = {"family": "k_exaone", "made_by": "tests/golden/fp8/make.py",
             "reference": {"library": "transformers", "torch": torch.__version__, "transformers": transformers.__version__,
                           "compressed_tensors": compressed_tensors.__version__, "dtype": "float32", "attention": "eager"},
             "min_greedy_margin": margins}  # fmt: skip
    (FOLDER / "golden.json").write_text(json.dumps(about, indent=2) + "\n")
    print(margins)


if __name__ == "__main__":
    main()
