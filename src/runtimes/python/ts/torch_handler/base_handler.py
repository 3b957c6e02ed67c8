"""BaseHandler: loads a torch, TorchScript or ONNX model and answers in three steps."""

from __future__ import annotations

import abc
import logging
import os
import time
from typing import Any

from ts.handler_utils.timer import timed
from ts.torch_handler.compile_model import compile_model, compile_options, wants_aot_compile
from ts.torch_handler.device_choice import choose_device, torch_version
from ts.torch_handler.model_files import load_eager, load_exported, load_torchscript
from ts.torch_handler.onnx_session import is_session, run_session, setup_ort_session
from ts.torch_handler.profiled import profile_steps
from ts.torch_handler.required import has_package, require
from ts.utils.util import load_label_mapping

torch: Any = require("torch", "BaseHandler is built on it")
logger = logging.getLogger(__name__)

PROFILER_AVAILABLE = torch_version() >= (1, 8, 1)
PT2_AVAILABLE = torch_version() >= (2, 0, 0)
PT230_AVAILABLE = torch_version() > (2, 2, 2)
XLA_AVAILABLE = has_package("torch_xla")
ONNX_AVAILABLE = has_package("onnxruntime")
IPEX_AVAILABLE = os.environ.get("TS_IPEX_ENABLE", "false") == "true" and has_package(
    "intel_extension_for_pytorch"
)

if PT2_AVAILABLE and torch.cuda.is_available() and torch.cuda.get_device_capability() >= (8, 0):
    torch.set_float32_matmul_precision("high")


class BaseHandler(abc.ABC):
    """The handler that others derive from: `initialize` once, then `handle` for every batch.

    `handle` runs `preprocess` (rows to a tensor), `inference` (the model) and `postprocess` (one answer a
    row); override the steps that differ. Attributes: `model`; `mapping`, names of classes or None; `device`,
    a torch.device; `map_location`, its kind; `context`; `manifest`; `model_pt_path`, the weights' path or
    None; `initialized`; `explain`; `target`; `profiler_args`, arguments for torch.profiler.profile.
    """

    def __init__(self) -> None:
        self.model: Any = None
        self.mapping: dict[str, str] | None = None
        self.device: Any = None
        self.initialized: bool | None = False
        self.context: Any = None
        self.model_pt_path: str | None = None
        self.manifest: Any = None
        self.map_location: str | None = None
        self.explain = False
        self.target = 0
        self.profiler_args: dict[str, Any] = {}

    def initialize(self, context: Any) -> None:
        """Choose the device, load the model, compile it if asked to, read index_to_name.json.

        Raises RuntimeError "Missing the model.py file" and "No model weights could be loaded", ValueError
        for a model file with another number of classes than one, MissingPackageError, what torch.load raises.
        """
        if context is not None and hasattr(context, "model_yaml_config"):
            self.model_yaml_config = context.model_yaml_config
        properties = context.system_properties
        self.device, self.map_location = choose_device(properties)
        self.manifest = context.manifest
        model_dir = properties.get("model_dir")
        facts = self.manifest["model"]
        serialized_file = facts.get("serializedFile")
        self.model_pt_path = os.path.join(model_dir, serialized_file) if serialized_file else None
        self.model = self._load_model(model_dir, facts.get("modelFile"))
        self._optimize_model()
        self.mapping = load_label_mapping(os.path.join(model_dir, "index_to_name.json"))
        self.initialized = True

    def _load_model(self, model_dir: str, model_file: str | None) -> Any:
        path = self.model_pt_path
        if model_file:
            model = self._load_pickled_model(model_dir, model_file, path)
            model.to(self.device)
            model.eval()
            return model
        if path is None:
            raise RuntimeError(
                "No model weights could be loaded: the archive names neither a model file nor a serialized file"
            )
        if path.endswith(".pt"):
            model = self._load_torchscript_model(path)
            model.eval()
            return model
        if path.endswith(".onnx"):
            return setup_ort_session(path, self.map_location)
        if path.endswith(".pt2") or (path.endswith(".so") and self._use_torch_export_aot_compile()):
            return self._load_torch_export_aot_compile(path)
        raise RuntimeError(f"No model weights could be loaded: {_why_not(path)}")

    def _optimize_model(self) -> None:
        pt2 = getattr(self, "model_yaml_config", {}).get("pt2")
        options = compile_options(pt2) if pt2 is not None else None
        if PT2_AVAILABLE and options is not None:
            self.model = compile_model(self.model, options)
        elif IPEX_AVAILABLE:
            ipex = require("intel_extension_for_pytorch", "TS_IPEX_ENABLE is true")
            self.model = ipex.optimize(self.model.to(memory_format=torch.channels_last).to(self.device))

    def _load_torch_export_aot_compile(self, model_so_path: str) -> Any:
        """Load what torch.export made, a `.so` or a `.pt2`; returns something to call with tensors."""
        return load_exported(model_so_path, self.device, self.map_location)

    def _load_torchscript_model(self, model_pt_path: str) -> Any:
        """Load a TorchScript module to the handler's device."""
        return load_torchscript(model_pt_path, self.device)

    def _load_pickled_model(self, model_dir: str, model_file: str, model_pt_path: str | None) -> Any:
        """Build the model file's one class and load its state dict, if `model_pt_path` is given."""
        map_location = None if XLA_AVAILABLE and self.map_location is None else self.device
        return load_eager(model_dir, model_file, model_pt_path, map_location)

    def _use_torch_export_aot_compile(self) -> bool:
        pt2 = getattr(self, "model_yaml_config", {}).get("pt2")
        return PT230_AVAILABLE and wants_aot_compile(pt2)

    @timed
    def preprocess(self, data: Any) -> Any:
        """Make a tensor of the rows. Rows of a REST request are dicts: override this, or set an envelope."""
        return torch.as_tensor(data, device=self.device)

    @timed
    def inference(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        """Call the model with `data` (a tensor with the batch in dimension 0) on the handler's device."""
        with torch.inference_mode():
            if is_session(self.model):
                return run_session(self.model, [data, *args])
            return self.model(data.to(self.device), *args, **kwargs)

    @timed
    def postprocess(self, data: Any) -> list[Any]:
        """Make a list of the output tensor, one entry a row."""
        return data.tolist()

    def handle(self, data: list[Any], context: Any) -> list[Any]:
        """Answer a batch: `data` has one dict a request, the result one answer a request.

        The first request of the batch decides whether all are described or explained.
        Emits the metric HandlerTime (ms).
        """
        start = time.time()
        self.context = context
        if os.environ.get("ENABLE_TORCH_PROFILER"):
            if self.manifest is None:
                self.manifest = context.manifest
            output, _ = self._infer_with_profiler(data=data)
        elif self._is_describe():
            output = [self.describe_handle()]
        else:
            prepared = self.preprocess(data)
            if self._is_explain():
                output = self.explain_handle(prepared, data)
            else:
                output = self.postprocess(self.inference(prepared))
        context.metrics.add_time("HandlerTime", round((time.time() - start) * 1000, 2), None, "ms")
        return output

    def _infer_with_profiler(self, data: list[Any]) -> tuple[list[Any], Any]:
        """Answer a batch under torch.profiler; returns the answers and the profiler.

        Traces go to /tmp/pytorch_profiler/<model name>, unless `profiler_args` has an `on_trace_ready`.
        """
        if not PROFILER_AVAILABLE:
            raise RuntimeError("ENABLE_TORCH_PROFILER is set, but the profiler needs torch 1.8.1 or newer")
        return profile_steps(self, data)

    def explain_handle(self, data_preprocess: Any, raw_data: list[Any]) -> Any:
        """Explain the first request: its `target` (default 0) is the class, `get_insights` does the work."""
        row = raw_data[0]
        inputs, target = None, 0
        if isinstance(row, dict):
            inputs = row.get("data") or row.get("body")
            target = row.get("target") or 0
        return self.get_insights(data_preprocess, inputs, target)

    def _is_explain(self) -> bool:
        if self.context and self.context.get_request_header(0, "explain") == "True":
            self.explain = True
            return True
        return False

    def _is_describe(self) -> bool:
        return bool(self.context) and self.context.get_request_header(0, "describe") == "True"

    def describe_handle(self) -> Any:
        """Return what `GET /models/<name>?customized=true` shows of this model; by default nothing."""
        return None

    def get_device(self) -> Any:
        """Return the device that the model runs on."""
        return self.device


def _why_not(path: str) -> str:
    name = os.path.basename(path)
    if path.endswith(".so"):
        return (
            f"{name} needs pt2: {{export: {{aot_compile: true}}}} in model-config.yaml and torch 2.3 or newer"
        )
    if path.endswith(".pth"):
        return f"{name} holds weights alone, the archive needs a model file with the model's class"
    return f"{name} is none of .pt, .onnx, .pt2 and .so, and the archive has no model file"
