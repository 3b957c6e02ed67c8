"""Reading a model from the files of its archive: eager, TorchScript, ONNX, compiled ahead of time."""

from __future__ import annotations

import importlib
import os
import zipfile
from typing import Any

from ts.torch_handler.required import has_package, require
from ts.utils.util import list_classes_from_module

torch: Any = require("torch", "BaseHandler is built on it")


def load_eager(model_dir: str, model_file: str, weights_path: str | None, map_location: Any) -> Any:
    """Build the one class of `model_file` (a file of `model_dir`) and load its state dict, if there is one.

    Raises RuntimeError "Missing the model.py file", ValueError when the file does not define exactly one
    class, and what torch.load raises: since torch 2.6 a pickled whole model is refused.
    """
    model = model_class(model_dir, model_file)()
    if weights_path:
        model.load_state_dict(torch.load(weights_path, map_location=map_location))
    return model


def model_class(model_dir: str, model_file: str) -> type:
    """Return the one class that `model_file` defines; the folder must be on Python's path."""
    if not os.path.isfile(os.path.join(model_dir, model_file)):
        raise RuntimeError("Missing the model.py file")
    module = importlib.import_module(model_file.split(".")[0])
    classes = list_classes_from_module(module)
    if len(classes) != 1:
        raise ValueError(f"Expected only one class as model definition. {classes}")
    return classes[0]


def load_torchscript(path: str, device: Any) -> Any:
    """Load a TorchScript file to `device`, also one with TensorRT engines in it."""
    if has_package("torch_tensorrt"):
        # Registers the engine's class with TorchScript; without it such a file does not load.
        importlib.import_module("torch_tensorrt")
    return torch.jit.load(path, map_location=device)


def load_exported(path: str, device: Any, map_location: str | None) -> Any:
    """Load a `.so` of torch.export's ahead-of-time compiler, or a `.pt2` (compiled or only exported)."""
    if device is not None and device.type == "cuda":
        torch.cuda.set_device(device)
    if path.endswith(".so"):
        return torch._export.aot_load(path, map_location)
    if _is_compiled_package(path):
        return torch._inductor.aoti_load_package(path)
    return torch.export.load(path).module().to(device)


def _is_compiled_package(path: str) -> bool:
    """A compiled `.pt2` holds the compiler's folder; an exported program does not."""
    with zipfile.ZipFile(path) as package:
        return any("aotinductor/" in name for name in package.namelist())
