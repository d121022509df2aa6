"""The planner's network: a small decoder in K-EXAONE's checkpoint layout (`exaone_moe`).

Hybrid attention (sliding layers with RoPE, full layers without), QK-norm, grouped queries, a dense first
layer, then mixtures of experts behind a sigmoid router whose selection bias balances the load.
Parameter names are those of the published checkpoints, so `state_dict()` is what the C++ engine loads.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

BACKENDS = [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
EXPERT_ROWS = 128  # an expert's tokens are filled up to a multiple: shapes recur, for which products are made ready


def narrow(device):
    """bfloat16 where the device has instructions for it: others compute it many times slower than float32."""
    use = device == "cuda" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.autocast(device, torch.bfloat16, enabled=use)


def fused(function):
    """Compiled to one pass over memory where PyTorch makes several."""
    return torch.compile(function, dynamic=True)


@fused
def normed(x, weight, eps):
    y = x.float()
    return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + eps) * weight).to(x.dtype)


@fused
def gated(gate, up):
    return F.silu(gate) * up


@fused
def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


@fused
def shares(products, scale, mask):
    return (products.float() * scale + mask).softmax(-1).to(products.dtype)


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return normed(x, self.weight, self.eps)


class Attention(nn.Module):
    def __init__(self, c, kind):
        super().__init__()
        self.heads, self.kv_heads, self.size = (
            c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"])
        self.window = c["sliding_window"] if kind == "sliding_attention" else None
        hidden = c["hidden_size"]
        self.q_proj = nn.Linear(hidden, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(hidden, self.kv_heads * self.size, bias=False)
        self.v_proj = nn.Linear(hidden, self.kv_heads * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, hidden, bias=False)
        self.q_norm = RMSNorm(self.size, c["rms_norm_eps"])
        self.k_norm = RMSNorm(self.size, c["rms_norm_eps"])

    def forward(self, x, rope, masks):
        batch, length, _ = x.shape
        q = self.q_norm(self.q_proj(x).view(batch, length, self.heads, self.size)).transpose(1, 2)
        k = self.k_norm(self.k_proj(x).view(batch, length, self.kv_heads, self.size)).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, self.kv_heads, self.size).transpose(1, 2)
        if self.window:
            q, k = rotate(q, *rope), rotate(k, *rope)
        group = self.heads // self.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        limited = bool(self.window and length > self.window)
        if x.is_cuda:
            with sdpa_kernel(BACKENDS):
                y = F.scaled_dot_product_attention(q, k, v, attn_mask=masks[1] if limited else None, is_causal=not limited)
        else:  # PyTorch's own are slow backwards on short sequences, or widen everything to float32
            y = shares(torch.matmul(q, k.transpose(-1, -2)), self.size**-0.5, masks[limited]) @ v
        return self.o_proj(y.transpose(1, 2).reshape(batch, length, -1))


class Mlp(nn.Module):
    def __init__(self, hidden, inner):
        super().__init__()
        self.gate_proj = nn.Linear(hidden, inner, bias=False)
        self.up_proj = nn.Linear(hidden, inner, bias=False)
        self.down_proj = nn.Linear(inner, hidden, bias=False)

    def forward(self, x):
        return self.down_proj(gated(self.gate_proj(x), self.up_proj(x)))


class Moe(nn.Module):
    def __init__(self, c):
        super().__init__()
        hidden, inner = c["hidden_size"], c["moe_intermediate_size"]
        self.top_k, self.scale = c["num_experts_per_tok"], c["routed_scaling_factor"]
        self.gate = nn.Linear(hidden, c["num_experts"], bias=False)
        self.experts = nn.ModuleList(Mlp(hidden, inner) for _ in range(c["num_experts"]))
        self.shared_experts = Mlp(hidden, inner * c["num_shared_experts"])
        self.register_buffer("e_score_correction_bias", torch.zeros(c["num_experts"]))
        self.load = None  # tokens an expert got in the last training forward

    def forward(self, x):
        flat = x.reshape(-1, x.shape[-1])
        with torch.autocast(x.device.type, enabled=False):
            score = torch.sigmoid(flat.float() @ self.gate.weight.float().t())
        chosen = (score.detach() + self.e_score_correction_bias).topk(self.top_k, -1).indices
        weight = score.gather(1, chosen)
        weight = weight / (weight.sum(-1, keepdim=True) + 1e-20) * self.scale
        routed = self._all_experts(flat, chosen, weight) if flat.is_cuda else self._chosen_experts(flat, chosen, weight)
        return (routed + self.shared_experts(flat)).view_as(x)

    def _chosen_experts(self, flat, chosen, weight):
        order = chosen.view(-1).argsort(stable=True)
        counts = torch.bincount(chosen.view(-1), minlength=len(self.experts))
        if self.training:
            self.load = counts.float()
        token = order // self.top_k
        room = (counts + EXPERT_ROWS - 1) // EXPERT_ROWS * EXPERT_ROWS
        place = torch.arange(len(order)) + (room.cumsum(0) - room - counts.cumsum(0) + counts).repeat_interleave(counts)
        parts = torch.zeros(int(room.sum()), flat.shape[-1], dtype=flat.dtype)
        parts = parts.index_copy(0, place, flat.index_select(0, token)).split(room.tolist())
        out = torch.cat([e(p) for e, p in zip(self.experts, parts) if len(p)]).index_select(0, place)
        out = out * weight.view(-1)[order].unsqueeze(1).to(out.dtype)
        return torch.zeros_like(flat, dtype=out.dtype).index_add(0, token, out)

    def _all_experts(self, flat, chosen, weight):
        """The same sum as one wide MLP, an expert not chosen weighing nothing: on a GPU three large products are
        faster than many small ones, and nothing waits for the counts."""
        share = torch.zeros(len(flat), len(self.experts), device=flat.device).scatter(1, chosen, weight)
        if self.training:
            self.load = (share > 0).float().sum(0)
        stack = lambda name, dim: torch.cat([getattr(e, name).weight for e in self.experts], dim)
        inner = F.silu(F.linear(flat, stack("gate_proj", 0))) * F.linear(flat, stack("up_proj", 0))
        inner = inner.view(len(flat), len(self.experts), -1) * share.unsqueeze(2).to(inner.dtype)
        return F.linear(inner.flatten(1), stack("down_proj", 1))


class Layer(nn.Module):
    def __init__(self, c, index):
        super().__init__()
        eps = c["rms_norm_eps"]
        self.input_layernorm = RMSNorm(c["hidden_size"], eps)
        self.self_attn = Attention(c, c["layer_types"][index])
        self.post_attention_layernorm = RMSNorm(c["hidden_size"], eps)
        dense = index < c["first_k_dense_replace"]
        self.mlp = Mlp(c["hidden_size"], c["intermediate_size"]) if dense else Moe(c)

    def forward(self, x, rope, masks, dropout):
        h = self.self_attn(self.input_layernorm(x), rope, masks)
        x = x + F.dropout(h, dropout, self.training)
        h = self.mlp(self.post_attention_layernorm(x))
        return x + F.dropout(h, dropout, self.training)


class Backbone(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Layer(c, i) for i in range(c["num_hidden_layers"]))
        self.norm = RMSNorm(c["hidden_size"], c["rms_norm_eps"])


class Planner(nn.Module):
    """forward(tokens [batch, length]) → hidden states [batch, length, hidden]; head(h) → logits."""

    def __init__(self, c, dropout=0.0):
        super().__init__()
        self.config, self.dropout = c, dropout
        self.model = Backbone(c)
        size = c["head_dim"]
        inverse = c["rope_theta"] ** (-torch.arange(0, size, 2).float() / size)
        angle = torch.arange(c["max_position_embeddings"]).float()[:, None] * inverse
        self.register_buffer("cos", torch.cat((angle, angle), -1).cos(), persistent=False)
        self.register_buffer("sin", torch.cat((angle, angle), -1).sin(), persistent=False)
        for name, p in self.named_parameters():
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                nn.init.zeros_(p)  # at first every layer passes on the embeddings as they are
            elif p.dim() == 2:
                nn.init.normal_(p, std=0.02 if "embed" in name or "gate.weight" in name else p.shape[1] ** -0.5)

    def forward(self, tokens):
        length = tokens.shape[1]
        x = self.model.embed_tokens(tokens)
        if torch.is_autocast_enabled(tokens.device.type):
            x = x.to(torch.bfloat16)
        rope = (self.cos[:length].to(x.dtype), self.sin[:length].to(x.dtype))
        at = torch.arange(length, device=tokens.device)
        gap = at[:, None] - at[None, :]
        seen = (gap >= 0, (gap >= 0) & (gap < self.config["sliding_window"]))
        masks = [torch.zeros(gap.shape, dtype=x.dtype, device=x.device).masked_fill(~s, -1e9) for s in seen]
        for layer in self.model.layers:
            x = layer(x, rope, masks, self.dropout)
        return self.model.norm(x)

    def head(self, h):
        return F.linear(h, self.model.embed_tokens.weight)

    def balance(self, rate):
        """Moves each router's selection bias towards experts that got less than their share."""
        for layer in self.model.layers:
            if isinstance(layer.mlp, Moe) and layer.mlp.load is not None:
                load = layer.mlp.load
                layer.mlp.e_score_correction_bias += rate * torch.sign(load.mean() - load)


def config(vocab, bos, eos, pad, layers=8, hidden=384, heads=8, kv_heads=4, experts=4, inner=288,
           dense=768, window=256):
    kinds = ["sliding_attention", "full_attention"] * layers
    return {
        "architectures": ["ExaoneMoEForCausalLM"],
        "model_type": "exaone_moe",
        "vocab_size": vocab,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": hidden // heads,
        "intermediate_size": dense,
        "moe_intermediate_size": inner,
        "num_experts": experts,
        "num_experts_per_tok": 2,
        "num_shared_experts": 1,
        "first_k_dense_replace": 1,
        "n_group": 1,
        "topk_group": 1,
        "scoring_func": "sigmoid",
        "topk_method": "noaux_tc",
        "norm_topk_prob": True,
        "routed_scaling_factor": 1.0,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "max_position_embeddings": 32768,
        "sliding_window": window,
        "layer_types": kinds[:layers],
        "tie_word_embeddings": True,
        "bos_token_id": bos,
        "eos_token_id": eos,
        "pad_token_id": pad,
        "torch_dtype": "bfloat16",
    }
