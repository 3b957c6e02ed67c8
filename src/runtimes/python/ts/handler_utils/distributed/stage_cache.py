"""The key/value cache of one stage: only the stage's own layers ever fill it."""

from __future__ import annotations

from typing import Any


def new_stage_cache(config: Any, first: int, end: int) -> Any:
    """A ``DynamicCache`` for a rank that keeps the layers ``first`` to ``end`` (exclusive) of the model.

    The model asks layer 0 (or another fixed layer) how long the past is; that layer may be another rank's, so
    the question is put to an own layer of the same kind (sliding window or full).
    """
    return _cache_class()(config, first, end)


def _cache_class() -> Any:
    from transformers.cache_utils import DynamicCache

    class StageCache(DynamicCache):
        """A cache that answers for layers of other ranks with an own one."""

        def __init__(self, config: Any, first: int, end: int) -> None:
            super().__init__(config=config)
            self._own = range(first, end)
            self._kinds: list[str] = list(getattr(config, "layer_types", None) or [])

        def get_seq_length(self, layer_idx: int = 0) -> int:
            """Tokens in the cache."""
            return super().get_seq_length(self._like(layer_idx))

        def get_mask_sizes(self, query: Any, layer_idx: int) -> Any:
            """Length and offset of the mask that a layer needs."""
            return super().get_mask_sizes(query, self._like(layer_idx))

        def rows(self, indices: Any) -> None:
            """Keeps these rows of the batch, in this order."""
            for layer in self._filled():
                chosen = indices.to(layer.keys.device)
                layer.keys = layer.keys.index_select(0, chosen)
                layer.values = layer.values.index_select(0, chosen)

        def shorten(self, amount: int) -> None:
            """transformers' ``crop`` for the own layers: others have nothing to crop."""
            for layer in self._filled():
                layer.crop(amount)

        def _filled(self) -> list[Any]:
            own = [self.layers[index] for index in self._own if index < len(self.layers)]
            return [layer for layer in own if getattr(layer, "keys", None) is not None]

        def _like(self, layer_idx: int) -> int:
            if layer_idx in self._own:
                return layer_idx
            kinds = self._kinds
            if layer_idx < len(kinds):
                for index in self._own:
                    if index < len(kinds) and kinds[index] == kinds[layer_idx]:
                        return index
            return self._own.start

    return StageCache


def reorder(caches: list[Any], sizes: list[int], indices: Any) -> None:
    """Puts rows of a batch that is spread over several caches (of ``sizes`` rows) into a new order, as beams
    need it."""
    import torch

    if len(caches) == 1:
        caches[0].rows(indices)
        return
    layers = [cache._filled() for cache in caches]
    for group in zip(*layers):
        chosen = indices.to(group[0].keys.device)
        keys = torch.cat([layer.keys for layer in group]).index_select(0, chosen).split(sizes)
        values = torch.cat([layer.values for layer in group]).index_select(0, chosen).split(sizes)
        for layer, key, value in zip(group, keys, values):
            layer.keys, layer.values = key.contiguous(), value.contiguous()
