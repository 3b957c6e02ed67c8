"""A handler's three steps under torch.profiler (ENABLE_TORCH_PROFILER)."""

from __future__ import annotations

import logging
import os
from typing import Any

from ts.torch_handler.required import require

torch: Any = require("torch", "BaseHandler is built on it")
logger = logging.getLogger(__name__)

TRACE_FOLDER = "/tmp/pytorch_profiler"
SHOWN_ROWS = 10


def profile_steps(handler: Any, data: list[Any]) -> tuple[list[Any], Any]:
    """Run preprocess, inference and postprocess (or explain) of `handler`, each under its own name.

    Fills `handler.profiler_args` where the handler left it empty: CPU and CUDA, shapes, and a Chrome trace
    below TRACE_FOLDER. Logs the longest operations. Returns the answers and the profiler.
    """
    _fill_arguments(handler)
    record = torch.profiler.record_function
    with torch.profiler.profile(**handler.profiler_args) as profiler:
        with record("preprocess"):
            prepared = handler.preprocess(data)
        if handler._is_explain():
            with record("explain"):
                output = handler.explain_handle(prepared, data)
        else:
            with record("inference"):
                output = handler.inference(prepared)
            with record("postprocess"):
                output = handler.postprocess(output)
    logger.info(profiler.key_averages().table(sort_by="cpu_time_total", row_limit=SHOWN_ROWS))
    return output, profiler


def _fill_arguments(handler: Any) -> None:
    arguments = handler.profiler_args
    if not arguments:
        activity = torch.profiler.ProfilerActivity
        arguments["activities"] = [activity.CPU, activity.CUDA]
        arguments["record_shapes"] = True
    if "on_trace_ready" not in arguments:
        model = (handler.manifest or {}).get("model", {}).get("modelName", "")
        folder = os.path.join(TRACE_FOLDER, model)
        arguments["on_trace_ready"] = torch.profiler.tensorboard_trace_handler(folder)
        logger.info("Saving chrome trace to : %s", folder)
