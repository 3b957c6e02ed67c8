"""Pipeline parallelism under the names PiPPy-era handlers import, on plain ``torch.distributed``."""

from __future__ import annotations

import os
from typing import Any

#: Seconds one transfer between ranks may take when ``pippy.rpc_timeout`` is not set.
DEFAULT_TIMEOUT_S = 300


def initialize_rpc_workers(local_rank: int, world_size: int, ctx: Any) -> None:
    """Joins this rank to its group: NCCL when there are GPUs, else gloo.

    ``pippy.rpc_timeout`` bounds one transfer, in seconds. ``pippy.num_worker_threads`` sized the thread pools
    of RPC and has nothing to bound here: a rank computes on one thread. Raises RuntimeError when the rank was
    not started in a group.
    """
    import torch.distributed as dist

    from ts.handler_utils.distributed.transformers_compat import prepare_transformers

    settings = _pippy_settings(ctx)
    if settings.get("compat", True):
        prepare_transformers()
    if dist.is_initialized():
        return
    if "RANK" not in os.environ:
        raise RuntimeError(
            "This handler runs in a group of ranks: set parallelType: pp and torchrun: {nproc-per-node: N} "
            "in model-config.yaml."
        )
    import datetime

    import torch

    on_gpu = torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(local_rank % torch.cuda.device_count())
    timeout = datetime.timedelta(seconds=_timeout_s(settings))
    dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo", timeout=timeout)


def get_pipeline_driver(model: Any, world_size: int, ctx: Any) -> Any:
    """Splits a decoder model over the ranks; every rank calls it with the same model and gets the model back.

    On rank 0 ``model(...)`` and ``model.generate(...)`` then run over all ranks, with up to ``pippy.chunks``
    micro-batches in flight (default: twice the ranks, never more than the batch has rows). The other ranks
    obey in the background. A model on the meta device gets its weights here, each rank only its own, from
    ``handler.model_path``.
    """
    from ts.handler_utils.distributed.channels import Channels
    from ts.handler_utils.distributed.driver import Driver
    from ts.handler_utils.distributed.layers import memory_limits
    from ts.handler_utils.distributed.snapshot import setup_config
    from ts.handler_utils.distributed.stage import Stage
    from ts.handler_utils.distributed.stage_loop import StageLoop
    from ts.handler_utils.distributed.transformers_compat import MEMORY_MARK

    pippy = _pippy_settings(ctx)
    model = model.eval()
    channels = Channels(_timeout_s(pippy))
    if channels.world != world_size:
        raise ValueError(
            f"get_pipeline_driver was told of {world_size} ranks, but the group has {channels.world}."
        )
    memory = getattr(model, MEMORY_MARK, None) or setup_config(_model_dir(ctx)).get("max_memory")
    stage = Stage(model, channels.rank, world_size, pippy.get("layers"), memory_limits(memory, world_size))
    _load(stage, ctx)
    # Nobody may send to a rank that still loads: its transfers have a limit, its loading has another.
    channels.barrier()
    if channels.rank == 0:
        channels.watch()
        Driver(stage, channels, int(pippy.get("chunks") or 2 * world_size)).install()
    else:
        StageLoop(stage, channels).start()
    return model


#: As many texts misspell it.
get_pipline_driver = get_pipeline_driver


def _load(stage: Any, ctx: Any) -> None:
    import torch

    from ts.handler_utils.distributed.lazy_load import fill_stage, is_meta

    device = (
        torch.device("cuda", torch.cuda.current_device())
        if torch.cuda.is_available()
        else torch.device("cpu")
    )
    if is_meta(stage.model):
        fill_stage(stage, _folder(stage.model, ctx), device)
    elif device.type != "cpu":
        stage.model.to(device)


def _folder(model: Any, ctx: Any) -> str:
    from ts.handler_utils.distributed.snapshot import snapshot_folder
    from ts.handler_utils.distributed.transformers_compat import FOLDER_MARK

    path = _section(ctx, "handler").get("model_path")
    remembered = getattr(model, FOLDER_MARK, None)
    folder = snapshot_folder(path, _model_dir(ctx))
    if folder is None and remembered:
        folder = snapshot_folder(remembered, _model_dir(ctx))
    if folder is None:
        raise FileNotFoundError(
            f"handler.model_path {path or remembered!r} of model-config.yaml is no snapshot folder on this "
            "machine (nor a zip file of one); a split model is read from files, never from the hub."
        )
    return folder


def _pippy_settings(ctx: Any) -> dict[str, Any]:
    """Raises ValueError for a section that is no map."""
    return _section(ctx, "pippy")


def _section(ctx: Any, name: str) -> dict[str, Any]:
    section: Any | None = (getattr(ctx, "model_yaml_config", None) or {}).get(name)
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise ValueError(f"{name} in model-config.yaml must be a map.")  # noqa: TRY004
    return section


def _timeout_s(settings: dict[str, Any]) -> float:
    value = settings.get("rpc_timeout") or DEFAULT_TIMEOUT_S
    if not isinstance(value, (int, float)) or value <= 0:
        raise ValueError(f"pippy.rpc_timeout is {value!r} but must be a number of seconds above 0.")
    return float(value)


def _model_dir(ctx: Any) -> str:
    properties = getattr(ctx, "system_properties", None) or {}
    return str(properties.get("model_dir") or os.getcwd())
