#!/usr/bin/env python3
"""What transformers' vision tower makes of images of this folder, with the weights of ../hyperclova_x_vision.

    make_rows.py        writes rows.safetensors beside itself

rows.safetensors: NAME F32 [tokens, hidden], the rows that stand for the image in a prompt: the processor of
../hyperclova_x_vision (whose pixels are not bounded as tightly as here), the tower, and the projector, in float32. The
images fill no window and several of them. Versions as for make.py.
"""

import json
from pathlib import Path

import torch
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file
from transformers.models.qwen2_5_vl.configuration_qwen2_5_vl import Qwen2_5_VLVisionConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionTransformerPretrainedModel
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "hyperclova_x_vision"
IMAGES = ["photo.jpg", "progressive.jpg", "strip.png", "tiny.png", "turned_5.jpg"]


def main():
    weights = {name: tensor.float() for name, tensor in load_file(MODEL / "model.safetensors").items()}
    config = json.loads((MODEL / "config.json").read_text())["vision_config"]
    config.pop("model_type")
    tower = Qwen2_5_VisionTransformerPretrainedModel(Qwen2_5_VLVisionConfig(**config, attn_implementation="eager"))
    prefix = "model.vision_model."
    tower.load_state_dict({name.removeprefix(prefix): tensor for name, tensor in weights.items() if prefix in name})
    tower.eval()
    processor = Qwen2VLImageProcessor(**json.loads((MODEL / "preprocessor_config.json").read_text()))
    rows = {}
    for name in IMAGES:
        made = processor(images=ImageOps.exif_transpose(Image.open(HERE / name)), return_tensors="pt")
        with torch.no_grad():
            merged = tower(made["pixel_values"], grid_thw=made["image_grid_thw"], return_dict=True).pooler_output
            rows[name] = torch.nn.functional.linear(
                merged, weights["model.vision_projector.weight"], weights["model.vision_projector.bias"]
            ).contiguous()
        print(name, made["image_grid_thw"].tolist(), tuple(rows[name].shape))
    save_file(rows, HERE / "rows.safetensors")


if __name__ == "__main__":
    main()
