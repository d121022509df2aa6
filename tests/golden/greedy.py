"""What a model of PyPI `transformers` continues a prompt with."""

import torch

STEPS = 24


@torch.no_grad()
def greedy(model, prompt):
    """The continuation, and the smallest distance between the best and the second logit."""
    tokens, least = list(prompt), float("inf")
    for _ in range(STEPS):
        best = model(torch.tensor([tokens])).logits[0, -1].topk(2)
        least = min(least, (best.values[0] - best.values[1]).item())
        tokens.append(best.indices[0].item())
    return tokens[len(prompt) :], least
