#!/usr/bin/env python3
"""Makes the images of this folder and what transformers' Qwen2VLImageProcessor makes of them.

    make.py        writes beside itself: *.png, *.jpg, expected.safetensors, expected.json

Needs transformers 5.23.0, torch 2.15.0, torchvision 0.29.2, pillow 13.0.0. An image is turned as its Exif orientation
says (PIL.ImageOps.exif_transpose, as transformers' load_image does) before it goes to the processor.

expected.safetensors: NAME U8 [height, width, 3], the pixels after resizing. expected.json: {NAME: {"grid": [rows,
columns], "pixel_values_sha256", "pillow": [share of bytes that Pillow's own bicubic makes otherwise, by how much at
most]}}, the hash over float32 [rows · columns, 1176] as the processor gives it.
"""

import hashlib
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from safetensors.numpy import save_file
from transformers.image_utils import SizeDict
from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor

HERE = Path(__file__).resolve().parent


def scene(width, height, channels=3, seed=0):
    """Edges, slopes and noise, so that a wrong filter or offset shows. uint8 [height, width, channels]."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = []
    for channel in range(channels):
        waves = 60 * np.sin(x / (3 + channel) + channel) + 50 * np.cos(y / (4 + channel))
        plane = 128 + waves + 100 * ((x // 17 + y // 11) % 2 - 0.5) + random.normal(0, 12, (height, width))
        planes.append(plane)
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(name, pixels, depth, interlaced):
    """RGB of 8 or 16 bits, whole or in the seven passes of Adam7."""
    height, width = pixels.shape[:2]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for left, top, across, down in passes if interlaced else [(0, 0, 1, 1)]:
        part = pixels[top::down, left::across].astype(">u2" if depth == 16 else "u1")
        rows += b"".join(b"\0" + row.tobytes() for row in part) if part.size else b""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, int(interlaced))
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) +
                              chunk(b"IEND", b""))


def write_images():
    Image.fromarray(scene(200, 150)).save(HERE / "photo.jpg", quality=85)
    exif = Image.Exif()
    for orientation in range(2, 9):
        exif[0x0112] = orientation
        Image.fromarray(scene(50, 74, seed=orientation)).save(HERE / f"turned_{orientation}.jpg", quality=70, exif=exif)
    Image.fromarray(scene(97, 181, seed=9)).save(HERE / "progressive.jpg", quality=80, progressive=True, subsampling=1)
    Image.fromarray(scene(60, 75, 1, seed=10)[..., 0]).save(HERE / "grey.jpg")
    Image.fromarray(scene(20, 11, seed=11)).save(HERE / "tiny.png")
    Image.fromarray(scene(75, 64, 4, seed=12)).save(HERE / "clear.png")
    Image.fromarray(scene(50, 70, 2, seed=13)).save(HERE / "grey_clear.png")
    palette = Image.fromarray(scene(66, 58, seed=14)).quantize(16)
    palette.save(HERE / "palette.png", transparency=bytes([0, 90, 180, 255] * 4))
    Image.fromarray(scene(560, 9, seed=15)).save(HERE / "strip.png")
    write_png("deep.png", scene(70, 45, seed=16).astype(np.uint16) * 257 - 100, 16, False)
    write_png("interlaced.png", scene(71, 53, seed=17), 8, True)
    Image.fromarray((scene(64, 80, 1, seed=18)[..., 0] > 128)).save(HERE / "one_bit.png")


def main():
    write_images()
    config = json.loads((HERE / "preprocessor_config.json").read_text())
    processor = Qwen2VLImageProcessor(**config)
    arrays, told = {}, {}
    for path in sorted(HERE.glob("*.png")) + sorted(HERE.glob("*.jpg")):
        image = ImageOps.exif_transpose(Image.open(path))
        made = processor(images=image, return_tensors="pt")
        rows, columns = made["image_grid_thw"][0, 1:].tolist()
        raw = processor.process_image(image, do_convert_rgb=True)
        size = SizeDict(shortest_edge=config["min_pixels"], longest_edge=config["max_pixels"])
        resized = processor.resize(raw[None], size=size, resample=3, factor=28)[0]
        arrays[path.name] = np.ascontiguousarray(resized.permute(1, 2, 0).numpy())
        pillow = Image.fromarray(np.ascontiguousarray(raw.permute(1, 2, 0).numpy()))
        other = np.array(pillow.resize((columns * 14, rows * 14), Image.BICUBIC)).astype(int)
        apart = np.abs(other - arrays[path.name])
        values = made["pixel_values"].to(torch.float32).contiguous().numpy()
        told[path.name] = {
            "grid": [rows, columns],
            "pixel_values_sha256": hashlib.sha256(values.tobytes()).hexdigest(),
            "pillow": [round(float((apart > 0).mean()), 4), int(apart.max())],
        }
    save_file(arrays, HERE / "expected.safetensors")
    (HERE / "expected.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
