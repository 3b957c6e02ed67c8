"""The base of handlers whose model is split over ranks by ``get_pipeline_driver``."""

from __future__ import annotations

import os
from abc import ABC
from typing import Any

from ts.handler_utils.distributed.pt_pippy import initialize_rpc_workers
from ts.torch_handler.base_handler import BaseHandler


class BasePippyHandler(BaseHandler, ABC):
    """Joins its rank to the group. Subclasses load and split their model after
    ``super().initialize(ctx)``."""

    def __init__(self) -> None:
        super().__init__()
        #: Number of this rank on its machine; set by ``initialize``.
        self.local_rank = 0
        #: Ranks of the whole group.
        self.world_size = 1

    @property
    def device(self) -> Any:
        """Where this rank computes."""
        return self._device

    @device.setter
    def device(self, value: Any) -> None:
        # Handlers of the field set their rank, a number of a GPU that a machine without GPUs does not have.
        self._device: Any | None = _device_of(value) if isinstance(value, int) else value

    def initialize(self, ctx: Any) -> None:
        """Reads the rank that torchrun gave, unpacks a ``model.zip`` of the archive, and joins the group.

        Raises RuntimeError when the handler was not started in a group of ranks.
        """
        from ts.handler_utils.distributed.snapshot import snapshot_folder

        self.local_rank = int(os.environ.get("LOCAL_RANK", "0"))
        self.world_size = int(os.environ.get("WORLD_SIZE", "1"))
        self.device = self.local_rank
        snapshot_folder(None, str(ctx.system_properties.get("model_dir")))
        initialize_rpc_workers(self.local_rank, self.world_size, ctx)


def _device_of(rank: int) -> Any:
    import torch

    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", rank % torch.cuda.device_count())
