"""A context for unit tests of handlers, without a server."""

from __future__ import annotations

import os
import sys
import uuid

from ts.metrics.metrics_store import MetricsStore
from ts.utils.util import get_yaml_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MockContext:
    """
    What `initialize` and `handle` of most handlers ask of a context.

    `model_pt_file` and `model_file` are names in `model_dir`, None for none. `model_yaml_config_file`, a path or a name in
    `model_dir`, needs PyYAML. `system_properties["gpu_id"]` exists only when torch has been imported and sees a GPU.
    `explain` may be set to True to have `get_request_header(…, "explain")` say so. `metrics` keeps what is recorded in
    `metrics.store`.
    """

    def __init__(
        self,
        model_pt_file: str | None = "model.pt",
        model_dir: str = "ts/torch_handler/unit_tests/models/tmp",
        model_file: str | None = "model.py",
        gpu_id: str | None = "0",
        model_name: str = "mnist",
        model_yaml_config_file: str | None = None,
    ) -> None:
        model = {"serializedFile": model_pt_file, "modelFile": model_file}
        self.manifest: dict[str, Any] = {"model": {key: file for key, file in model.items() if file}}
        self.system_properties: dict[str, Any] = {"model_dir": model_dir}
        torch = sys.modules.get("torch")
        if gpu_id is not None and torch is not None and torch.cuda.is_available():
            self.system_properties["gpu_id"] = gpu_id
        self.explain: Any = False
        self.metrics = MetricsStore(uuid.uuid4(), model_name)
        self.model_yaml_config: Any = {}
        if model_yaml_config_file is not None:
            self.model_yaml_config = get_yaml_config(os.path.join(model_dir, model_yaml_config_file))

    def get_request_header(self, idx: int, exp: str) -> Any:
        """`explain` when that header is asked for, else False."""
        return self.explain if exp == "explain" else False
