"""Small models with random weights, the same in every process."""

from __future__ import annotations

from typing import Any

FAMILIES = ("bloom", "gpt2", "opt", "llama")


def tiny_model(family: str, layers: int = 5, hidden: int = 32) -> Any:
    """A decoder of one family: 4 heads, a vocabulary of 96 tokens; LLaMA with grouped queries."""
    import torch
    import transformers

    configs = {
        "bloom": lambda: transformers.BloomConfig(
            vocab_size=96, hidden_size=hidden, n_layer=layers, n_head=4
        ),
        "gpt2": lambda: transformers.GPT2Config(
            vocab_size=96, n_positions=64, n_embd=hidden, n_layer=layers, n_head=4
        ),
        "opt": lambda: transformers.OPTConfig(
            vocab_size=96, hidden_size=hidden, num_hidden_layers=layers, ffn_dim=2 * hidden,
            num_attention_heads=4, max_position_embeddings=64, word_embed_proj_dim=hidden,
        ),
        "llama": lambda: transformers.LlamaConfig(
            vocab_size=96, hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=layers,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=64,
        ),
    }  # fmt: skip
    config = configs[family]()
    config.pad_token_id, config.bos_token_id, config.eos_token_id = 0, 1, 95
    torch.manual_seed(7)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    spread(model)
    return model


def spread(model: Any) -> None:
    """Weights far enough from zero that a wrong order of layers shows."""
    import torch

    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.08 * torch.randn(parameter.shape, generator=generator))


def padded_batch() -> Any:
    """Four prompts of different lengths, padded on the left."""
    import torch

    generator = torch.Generator().manual_seed(3)
    ids = torch.randint(2, 95, (4, 7), generator=generator)
    mask = torch.ones_like(ids)
    for row, padding in enumerate((0, 3, 1, 2)):
        ids[row, :padding] = 0
        mask[row, :padding] = 0
    return {"input_ids": ids, "attention_mask": mask}
