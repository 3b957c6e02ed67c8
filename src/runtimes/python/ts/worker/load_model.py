"""Finds and initializes the handler that LOAD names; twin of load-model.ts."""

from __future__ import annotations

import os
import sys

from ts.model_loader import TsModelLoader
from ts.worker.batch_loop import BatchLoop
from ts.worker.credits import CreditWindow
from ts.worker.frames import METRIC
from ts.worker.outbox import Outbox
from ts.worker.pieces import PieceSink
from ts.worker.service import Service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: Batches that may be on their way to a worker whose handler is very short.
MAX_CREDITS = 16


def load_model(load: dict[str, Any], outbox: Outbox, hear: Callable[[], None]) -> Any:
    """
    What comes back runs the model's batches. `hear` takes in what the server has sent meanwhile. Raises what
    the handler raises.
    """
    device = load["device"]
    events = _event_loop() if load.get("asyncCommunication") else None
    model = TsModelLoader().load(
        model_name=load["model"],
        model_dir=load["directory"],
        handler=load["handler"],
        gpu_id=None if device["type"] == "cpu" else device.get("index", 0),
        batch_size=load["batchSize"],
        envelope=load.get("envelope"),
        limit_max_image_pixels=load["limitMaxImagePixels"],
        metrics_cache=_metrics(load, outbox),
        manifest=load["manifest"] or None,
        model_yaml_config=_config(load),
        before_initialize=lambda: _share_threads(load["threads"]),
    )
    if events is not None:
        from ts.worker.async_loop import AsyncLoop

        return AsyncLoop(model, load, outbox, events)
    if load.get("continuousBatching"):
        from ts.worker.continuous import RoundService

        # There is one round at a time.
        service, window = RoundService(model, load["decodeInput"], load["maxResponseBytes"]), CreditWindow(1)
    else:
        service = Service(model, load["decodeInput"], load["maxResponseBytes"])
        window = CreditWindow(_max_credits(load["modelConfig"]))
    return BatchLoop(service, window, outbox, PieceSink(outbox, hear), hear)


def to_failure(error: BaseException, directory: str) -> dict[str, Any]:
    """What FAILED says about a handler that could not be loaded from `directory`."""
    text = str(error)
    described = f"{_described(error)}{_place(error, directory)}{_advice(error, directory)}"
    if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "CUDA" in text):
        return {"status": 507, "message": f"System out of memory: {described}"}
    return {"status": 500, "message": described}


def _described(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _place(error: BaseException, directory: str) -> str:
    """Where in the archive it happened, or at least where."""
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({error.filename}:{error.lineno})"
    places = _places(error)
    own = _own(places, directory)
    found = own or [place for place in places if not place[0].startswith("<frozen")]
    return " ({}:{})".format(*found[-1]) if found else ""


def _advice(error: BaseException, directory: str) -> str:
    """What to install when the archive's own code imports what is not there."""
    if type(error) is not ModuleNotFoundError or not error.name or not _own(_places(error), directory):
        return ""
    from ts.torch_handler.required import advice

    text = advice(error.name, directory)
    return f". {text}" if text else ""


def _places(error: BaseException) -> list[tuple[str, int]]:
    """File and line of every call that the error went through."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return places


def _own(places: list[tuple[str, int]], directory: str) -> list[tuple[str, int]]:
    """Those that are in the archive."""
    roots = (directory + os.sep, os.path.realpath(directory) + os.sep)
    return [place for place in places if place[0].startswith(roots)]


def _metrics(load: dict[str, Any], outbox: Outbox) -> Any:
    from ts.metrics import emit
    from ts.metrics.metric_cache_yaml_impl import MetricsCacheYamlImpl

    emit.set_sender(lambda header: outbox.put(METRIC, 0, header))
    cache = MetricsCacheYamlImpl.from_definitions(load.get("modelMetrics") or [])
    cache.model_name = load["model"]
    # Values recorded while the model is loaded belong to no request, but to one loading.
    cache.set_request_ids(_random_id())
    return cache


def _random_id() -> str:
    digits = os.urandom(16).hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _config(load: dict[str, Any]) -> dict[str, Any]:
    """
    model-config.yaml as Python's own YAML reads it where that is installed, as it is wherever TorchServe was:
    numbers like 1.0 and keys like 0 then have the types that handlers know. Else as the server read it.
    """
    name = ((load["manifest"] or {}).get("model") or {}).get("configFile")
    if not name or not load["modelConfig"]:
        return load["modelConfig"]
    try:
        import yaml
    except ImportError:
        return load["modelConfig"]
    try:
        with open(os.path.join(load["directory"], name), encoding="utf-8") as file:
            found = yaml.safe_load(file)
    except (OSError, ValueError, yaml.YAMLError) as error:
        print(f"{name} is used as the server read it: {error}", file=sys.stderr)
        return load["modelConfig"]
    return found if isinstance(found, dict) else load["modelConfig"]


def _event_loop() -> Any:
    """
    The loop that calls will run on, already the current one for whatever the handler makes when it is
    initialized.
    """
    import asyncio

    events = asyncio.new_event_loop()
    asyncio.set_event_loop(events)
    return events


def _share_threads(threads: int) -> None:
    """
    A worker's share of the CPUs for torch, whose default is all of them for each worker; a number in the
    environment wins, and so does what the handler sets after this.
    """
    torch = sys.modules.get("torch")
    if torch is None or "OMP_NUM_THREADS" in os.environ or not hasattr(torch, "set_num_threads"):
        return
    if threads < torch.get_num_threads():
        torch.set_num_threads(threads)


def _max_credits(config: dict[str, Any]) -> int:
    wanted = config.get("batchesInFlight")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        return MAX_CREDITS
    return min(MAX_CREDITS, max(1, wanted))
