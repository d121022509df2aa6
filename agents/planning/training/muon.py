"""Muon for the matrices of the network: momentum, made orthogonal by Newton and Schulz's iteration, so that each
direction of a matrix learns at the same rate.

After Jordan et al. 2024 (the iteration and its coefficients) and Liu et al. 2025, "Muon is scalable for LLM
training" (the scale, which makes AdamW's learning rates and decay fit). PyTorch's own computes in bfloat16, which
CPUs without such instructions do five times slower than float32, and one matrix after the other.
"""

import collections

import torch

A, B, C = 3.4445, -4.7750, 2.0315
ROUNDS = 5
MOMENTUM = 0.95


def orthogonal(x):
    """The nearest matrices with singular values near 1. x: [count, rows, columns]."""
    wide = x.shape[1] <= x.shape[2]
    x = x if wide else x.mT
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(ROUNDS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
    return x if wide else x.mT


class Muon(torch.optim.Optimizer):
    """Matrices of one shape are computed together."""

    def __init__(self, matrices, lr, weight_decay):
        super().__init__(matrices, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            shapes = collections.defaultdict(list)
            for p in group["params"]:
                if p.grad is not None:  # an expert that no token chose
                    shapes[p.shape].append(p)
            for shape, matrices in shapes.items():
                self._step(matrices, group["lr"], group["weight_decay"], 0.2 * max(shape) ** 0.5)

    def _step(self, matrices, rate, decay, scale):
        for p in matrices:
            if not self.state[p]:
                self.state[p]["moment"] = torch.zeros_like(p)
        moments, grads = [self.state[p]["moment"] for p in matrices], [p.grad for p in matrices]
        torch._foreach_lerp_(moments, grads, 1 - MOMENTUM)
        ahead = torch.stack(torch._foreach_lerp(grads, moments, MOMENTUM))
        torch._foreach_mul_(matrices, 1 - rate * decay)
        torch._foreach_add_(matrices, list(orthogonal(ahead).unbind()), alpha=-rate * scale)
