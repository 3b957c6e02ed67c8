"""DenseNetHandler: tensors in, tensors out, without BaseHandler."""

from __future__ import annotations

import io
import os
import time
from typing import Any

from ts.torch_handler.model_files import load_eager
from ts.torch_handler.required import require

torch: Any = require("torch", "DenseNetHandler is built on it")


class DenseNetHandler:
    """Takes tensors that the clients saved with torch.save and answers with one tensor for the whole batch.

    The one answer fits batches of one request only, so serve it with batch size 1.
    """

    def __init__(self) -> None:
        self.model: Any = None
        self.device: Any = None
        self.initialized = False
        self.context: Any = None
        self.manifest: Any = None
        self.map_location: str | None = None

    def initialize(self, context: Any) -> None:
        """Load the model file with its weights, or a TorchScript file, to CUDA if there is one, else the CPU.

        Raises RuntimeError and ValueError as BaseHandler does.
        """
        properties = context.system_properties
        gpu_id = properties.get("gpu_id")
        self.map_location = "cuda" if torch.cuda.is_available() and gpu_id is not None else "cpu"
        self.device = torch.device(f"cuda:{gpu_id}" if self.map_location == "cuda" else "cpu")
        self.manifest = context.manifest
        facts = self.manifest["model"]
        model_dir = properties.get("model_dir")
        if not facts.get("serializedFile"):
            raise RuntimeError("No model weights could be loaded: the archive names no serialized file")
        path = os.path.join(model_dir, facts["serializedFile"])
        model_file = facts.get("modelFile")
        if model_file:
            self.model = self._load_pickled_model(model_dir, model_file, path)
        else:
            self.model = self._load_torchscript_model(path)
        self.model.to(self.device)
        self.model.eval()
        self.initialized = True

    def _load_torchscript_model(self, model_pt_path: str) -> Any:
        return torch.jit.load(model_pt_path, map_location=self.device)

    def _load_pickled_model(self, model_dir: str, model_file: str, model_pt_path: str) -> Any:
        return load_eager(model_dir, model_file, model_pt_path, self.device)

    def preprocess(self, data: list[Any]) -> Any:
        """Stack the tensors in the rows' `data` or `body`."""
        saved = [row.get("data") or row.get("body") for row in data]
        return torch.stack([torch.load(io.BytesIO(each)) for each in saved])

    def inference(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the model with the stacked tensors."""
        with torch.no_grad():
            return self.model(data.to(self.device), *args, **kwargs)

    def handle(self, data: list[Any], context: Any) -> list[Any]:
        """Answer a batch with a list of one tensor. Emits the metric HandlerTime (ms)."""
        start = time.time()
        self.context = context
        output = self.inference(self.preprocess(data))
        context.metrics.add_time("HandlerTime", round((time.time() - start) * 1000, 2), None, "ms")
        return [output]
