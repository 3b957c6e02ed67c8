"""Tensor parallelism for decoders: every rank keeps some heads and some columns of every layer."""

from __future__ import annotations

from typing import Any

from ts.handler_utils.distributed.layers import find_layers

#: What transformers has no plan for, by model type; names are below one layer. GPT-2 is missing on purpose:
#: its fused projection is not sorted by heads, so no slice of it holds whole heads.
_PLANS: dict[str, dict[str, str]] = {
    "bloom": {
        "self_attention.query_key_value": "colwise",
        "self_attention.dense": "rowwise",
        "mlp.dense_h_to_4h": "colwise",
        "mlp.dense_4h_to_h": "rowwise",
    },
    "opt": {
        "self_attn.q_proj": "colwise",
        "self_attn.k_proj": "colwise",
        "self_attn.v_proj": "colwise",
        "self_attn.out_proj": "rowwise",
        "fc1": "colwise",
        "fc2": "rowwise",
    },
}


def parallelize(model: Any, mesh: Any | None = None) -> Any:
    """Spreads a model over the ranks of ``mesh`` (default: all), in place, and returns it.

    Every rank calls it with the same weights and then runs every request; the answers are the same on all.
    Sampling must be seeded alike on all ranks. Raises ValueError for a model without a plan, or whose heads
    cannot be shared evenly.
    """
    plan = plan_of(model)
    mesh = mesh if mesh is not None else _all_ranks()
    world = mesh.size()
    _check_heads(model.config, world)
    from torch.distributed.tensor.parallel import parallelize_module

    _, layers = find_layers(model)
    for layer in layers:
        parallelize_module(layer, mesh, {name: _style(kind) for name, kind in plan.items()})
        for name in {name.rpartition(".")[0] for name in plan}:
            _share_heads(layer.get_submodule(name), mesh.get_local_rank(), world)
    return model


def plan_of(model: Any) -> dict[str, str]:
    """Which projections of a layer are cut by columns, which by rows. Raises ValueError when nobody knows."""
    config = model.config
    if config.model_type in _PLANS:
        if getattr(config, "slow_but_exact", False):
            raise ValueError("BLOOM with slow_but_exact cannot be spread: it cuts its weights itself.")
        return _PLANS[config.model_type]
    known = getattr(config, "base_model_tp_plan", None) or {}
    plan = {
        name.partition("*.")[2]: kind
        for name, kind in known.items()
        if name.startswith("layers.*.") and kind in ("colwise", "rowwise")
    }
    if not plan:
        names = ", ".join(sorted(_PLANS))
        raise ValueError(
            f"There is no plan for tensor parallelism of {config.model_type} models ({names} and those "
            "transformers has a plan for); use parallelType pp."
        )
    return plan


def _all_ranks() -> Any:
    import torch
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh

    return init_device_mesh("cuda" if torch.cuda.is_available() else "cpu", (dist.get_world_size(),))


def _style(kind: str) -> Any:
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel

    return ColwiseParallel() if kind == "colwise" else RowwiseParallel()


def _check_heads(config: Any, world: int) -> None:
    heads = config.num_attention_heads
    groups = getattr(config, "num_key_value_heads", None) or heads
    for name, count in (("attention heads", heads), ("key/value heads", groups)):
        if count % world != 0:
            raise ValueError(f"{count} {name} cannot be shared evenly by {world} ranks.")


def _share_heads(module: Any, rank: int, world: int) -> None:
    """An attention that counts its heads is told of its own ones only; its projections were cut."""
    heads = getattr(module, "num_heads", None)
    if not isinstance(heads, int):
        return
    module.num_heads = heads // world
    for width in ("hidden_size", "embed_dim", "split_size"):
        if isinstance(getattr(module, width, None), int):
            setattr(module, width, getattr(module, width) // world)
    module.register_forward_pre_hook(_own_slopes(heads, rank, world), with_kwargs=True)


def _own_slopes(heads: int, rank: int, world: int) -> Any:
    """BLOOM's ALiBi has a row per head and sequence; the rows of other ranks' heads are taken out."""
    first, end = rank * heads // world, (rank + 1) * heads // world

    def hook(_module: Any, args: Any, kwargs: Any) -> Any:
        slopes = kwargs.get("alibi")
        if slopes is None:
            return None
        own = slopes.unflatten(0, (-1, heads))[:, first:end].flatten(0, 1)
        return args, {**kwargs, "alibi": own}

    return hook
