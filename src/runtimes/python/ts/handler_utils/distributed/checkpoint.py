"""Reads single tensors out of a Hugging Face snapshot folder, opening only the shards that hold them."""

from __future__ import annotations

import json
import os
from typing import Any

#: Index file and single file of each format; the first that exists is taken.
_FORMATS = (
    ("model.safetensors.index.json", "model.safetensors"),
    ("pytorch_model.bin.index.json", "pytorch_model.bin"),
)


def is_snapshot(folder: str) -> bool:
    """Whether a folder holds weights this module can read."""
    return any(os.path.isfile(os.path.join(folder, name)) for names in _FORMATS for name in names)


class Checkpoint:
    """The tensors of a snapshot by their names. Weights are mapped, so only what is used costs memory.

    Raises FileNotFoundError when the folder has no weights, or a shard of its index is missing.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._open: dict[str, Any] = {}
        self._where = self._read_index()

    def __contains__(self, name: str) -> bool:
        return name in self._where

    def names(self) -> list[str]:
        """All tensors of the snapshot."""
        return list(self._where)

    def get(self, name: str) -> Any:
        """One tensor. Raises KeyError if there is none of this name."""
        return self._shard(self._where[name]).get(name)

    def _read_index(self) -> dict[str, str]:
        for index, single in _FORMATS:
            path = os.path.join(self.folder, index)
            if os.path.isfile(path):
                with open(path, encoding="utf-8") as file:
                    return dict(json.load(file)["weight_map"])
            if os.path.isfile(os.path.join(self.folder, single)):
                return {name: single for name in self._shard(single).names()}
        wanted = " or ".join(name for names in _FORMATS for name in names)
        raise FileNotFoundError(f"The folder {self.folder} has no weights: it needs {wanted}.")

    def _shard(self, file: str) -> Any:
        if file not in self._open:
            path = os.path.join(self.folder, file)
            if not os.path.isfile(path):
                raise FileNotFoundError(f"The snapshot {self.folder} lacks {file}, which its index names.")
            self._open[file] = _SafeShard(path) if file.endswith(".safetensors") else _TorchShard(path)
        return self._open[file]


class _SafeShard:
    def __init__(self, path: str) -> None:
        from safetensors import safe_open

        self._file = safe_open(path, framework="pt")

    def names(self) -> Any:
        return self._file.keys()

    def get(self, name: str) -> Any:
        return self._file.get_tensor(name)


class _TorchShard:
    def __init__(self, path: str) -> None:
        self._tensors = _load_mapped(path)

    def names(self) -> Any:
        return self._tensors.keys()

    def get(self, name: str) -> Any:
        return self._tensors[name]


def _load_mapped(path: str) -> Any:
    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError:
        # Files of before torch 1.6 are no zip files and cannot be mapped.
        return torch.load(path, map_location="cpu", weights_only=True)


def find_tensor(checkpoint: Checkpoint, names: list[str], base: str) -> str | None:
    """The first of ``names`` the checkpoint has, with or without the prefix of the base model
    (``transformer.``)."""
    prefix = f"{base}." if base else ""
    for name in names:
        bare = name[len(prefix) :] if prefix and name.startswith(prefix) else name
        for candidate in (name, bare, prefix + name):
            if candidate in checkpoint:
                return candidate
    return None
