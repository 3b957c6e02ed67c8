"""The base of handlers whose model is an engine of DeepSpeed."""

from __future__ import annotations

import os
from abc import ABC
from typing import Any

from ts.torch_handler.base_handler import BaseHandler


class BaseDeepSpeedHandler(BaseHandler, ABC):
    """Names its rank's device; subclasses make their engine with ``get_ds_engine``. Importable without
    deepspeed."""

    def initialize(self, ctx: Any) -> None:
        """``self.device`` becomes the rank on this machine, as DeepSpeed wants it."""
        self.device = int(os.environ.get("LOCAL_RANK", "0"))
