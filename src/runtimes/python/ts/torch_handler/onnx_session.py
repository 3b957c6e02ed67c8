"""ONNX files in handlers built on BaseHandler: the session, and calling it with tensors."""

from __future__ import annotations

import os
from typing import Any

from ts.torch_handler.required import require


def setup_ort_session(model_pt_path: str, map_location: str | None) -> Any:
    """Open an onnxruntime session on `model_pt_path`, on CUDA first when `map_location` is "cuda".

    Threads: the worker's share of the CPUs (OMP_NUM_THREADS), without one all of them.
    Raises MissingPackageError without onnxruntime.
    """
    ort = require("onnxruntime", "it runs the archive's .onnx file")
    options = ort.SessionOptions()
    options.intra_op_num_threads = _threads()
    wanted = ["CUDAExecutionProvider"] if map_location == "cuda" else []
    return ort.InferenceSession(
        model_pt_path, providers=[*wanted, "CPUExecutionProvider"], sess_options=options
    )


def is_session(model: Any) -> bool:
    """Say whether `model` is an onnxruntime session, without importing onnxruntime."""
    return type(model).__name__ == "InferenceSession" and hasattr(model, "get_inputs")


def run_session(session: Any, inputs: list[Any]) -> Any:
    """Give tensors to the session's inputs in their order; one output is a tensor, several a list of them.

    Raises ValueError when there are more tensors than inputs.
    """
    torch = require("torch", "BaseHandler is built on it")
    names = [each.name for each in session.get_inputs()]
    if len(inputs) > len(names):
        raise ValueError(
            f"The ONNX model has {len(names)} inputs ({', '.join(names)}), {len(inputs)} were given."
        )
    feed = {name: tensor.detach().cpu().numpy() for name, tensor in zip(names, inputs)}
    outputs = [torch.from_numpy(output) for output in session.run(None, feed)]
    return outputs[0] if len(outputs) == 1 else outputs


def _threads() -> int:
    share = os.environ.get("OMP_NUM_THREADS", "")
    return int(share) if share.isdigit() and int(share) > 0 else os.cpu_count() or 1
