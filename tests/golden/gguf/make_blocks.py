#!/usr/bin/env python3
"""Makes blocks.gguf: a tensor of random blocks of each type, and beside it ("….f32") what PyPI `gguf` reads in it.

    make_blocks.py
"""

from pathlib import Path

import gguf
import numpy as np

Q = gguf.GGMLQuantizationType
ROWS, COLUMNS = 3, 512
HALVES = {Q.Q8_0: [0], Q.Q4_0: [0], Q.Q4_K: [0, 2], Q.Q6_K: [208]}  # where a block has its scales


def random_halves(random, count):
    """Finite halves of all sizes, subnormal and negative ones too."""
    bits = random.integers(0, 0x7C00, count, dtype=np.uint16) | random.integers(0, 2, count, dtype=np.uint16) << 15
    return bits.astype(np.uint16).view(np.uint8).reshape(-1, 2)


def blocks(random, kind):
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    count = ROWS * COLUMNS // elements
    if kind == Q.F32:
        return random.standard_normal((ROWS, COLUMNS)).astype(np.float32)
    if kind in (Q.F16, Q.BF16):
        data = random_halves(random, count)
        data[:, 1] &= 0xFF if kind == Q.F16 else 0xBF  # bf16: not beyond 2
        return data.reshape(ROWS, -1)
    data = random.integers(0, 256, (count, size), dtype=np.uint8)
    for place in HALVES[kind]:
        data[:, place : place + 2] = random_halves(random, count)
    return data.reshape(ROWS, -1)


def main():
    random = np.random.default_rng(8)
    writer = gguf.GGUFWriter(Path(__file__).parent / "blocks.gguf", "blocks")
    for kind in (Q.F32, Q.F16, Q.BF16, Q.Q8_0, Q.Q4_0, Q.Q4_K, Q.Q6_K):
        data = blocks(random, kind)
        if kind == Q.F16:
            data = data.view(np.float16)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        writer.add_tensor(f"{kind.name}.f32", gguf.quants.dequantize(data, kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
