"""Fills a model that was made on the meta device: each rank reads its own tensors and no others."""

from __future__ import annotations

from typing import Any

from ts.handler_utils.distributed.checkpoint import Checkpoint, find_tensor
from ts.handler_utils.distributed.stage import Stage


def is_meta(model: Any) -> bool:
    """Whether a model has no weights yet."""
    return any(parameter.is_meta for parameter in model.parameters())


def fill_stage(stage: Stage, folder: str, device: Any) -> None:
    """Reads what the stage keeps from a snapshot folder, to ``device``.

    Raises FileNotFoundError for a folder without weights, RuntimeError naming the tensors that are not in it.
    """
    checkpoint = Checkpoint(folder)
    missing: list[str] = []
    shared: dict[tuple[str, Any], Any] = {}
    for name, slot in _empty_slots(stage.model):
        source = _source(stage, checkpoint, name)
        if source is None:
            missing.append(name)
            continue
        key = (source, slot.dtype)
        if key not in shared:
            shared[key] = _fitting(checkpoint.get(source), slot, name).to(device=device, dtype=slot.dtype)
        _put(stage.model, name, shared[key])
    _make_tables(stage.model, device)
    left = {name for name, _ in _empty_slots(stage.model)}
    lost = [name for name in missing if name in left]
    if lost:
        shown = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        raise RuntimeError(f"The snapshot {folder} lacks {len(lost)} tensors of the model: {shown}.")


def _empty_slots(model: Any) -> list[tuple[str, Any]]:
    slots = list(model.named_parameters(remove_duplicate=False)) + list(model.named_buffers())
    return [(name, slot) for name, slot in slots if slot.is_meta]


def _source(stage: Stage, checkpoint: Checkpoint, name: str) -> str | None:
    """The name in the snapshot: layers are numbered over the whole model there, and a tied head is the
    embedding."""
    prefix = f"{stage.layers_name}."
    whole = name
    if name.startswith(prefix):
        number, _, rest = name[len(prefix) :].partition(".")
        whole = f"{prefix}{int(number) + stage.first}.{rest}"
    candidates = [whole]
    tied = _tied_names(stage).get(whole)
    if tied:
        candidates.append(tied)
    return find_tensor(checkpoint, candidates, getattr(stage.model, "base_model_prefix", ""))


def _tied_names(stage: Stage) -> dict[str, str]:
    """Tensors that are another's in the snapshot; a plain list before transformers 5."""
    if not getattr(stage.model.config.get_text_config(), "tie_word_embeddings", False):
        return {}
    tied = getattr(stage.model, "_tied_weights_keys", None) or {}
    return dict(tied) if isinstance(tied, dict) else {name: stage.embedding_name for name in tied}


def _fitting(tensor: Any, slot: Any, name: str) -> Any:
    if tensor.shape != slot.shape:
        raise RuntimeError(
            f"{name} has the shape {list(tensor.shape)} in the snapshot, the model wants {list(slot.shape)}."
        )
    return tensor


def _put(model: Any, name: str, tensor: Any) -> None:
    from torch import nn

    owner_name, _, leaf = name.rpartition(".")
    owner = model.get_submodule(owner_name)
    if leaf in owner._parameters:
        setattr(owner, leaf, nn.Parameter(tensor, requires_grad=False))
    else:
        owner.register_buffer(leaf, tensor, persistent=leaf not in owner._non_persistent_buffers_set)


def _make_tables(model: Any, device: Any) -> None:
    """Buffers that no snapshot holds, such as rotary tables, are computed anew by a fresh module of the same
    class."""
    import torch

    for module in list(model.modules()):
        empty = [name for name, buffer in module._buffers.items() if buffer is not None and buffer.is_meta]
        if not empty or "config" not in type(module).__init__.__code__.co_varnames:
            continue
        with torch.device(device):
            fresh = type(module)(getattr(module, "config", model.config))
        for name in empty:
            module._buffers[name] = fresh._buffers[name]
            # Some modules keep a second reference under another name.
            for alias, value in vars(module).items():
                if torch.is_tensor(value) and value.is_meta:
                    setattr(module, alias, getattr(fresh, alias))
