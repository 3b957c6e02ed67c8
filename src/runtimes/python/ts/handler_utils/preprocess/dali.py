"""Pipelines of NVIDIA DALI. Needs nvidia-dali."""

from __future__ import annotations

import os

from ts.torch_handler.required import require

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def get_dali_pipeline(ctx: Any) -> Any:
    """
    The serialized pipeline among the archive's extra files, ready to be fed.

    `dali` of model-config.yaml: `pipeline_file` (default: the archive's one .dali file), `batch_size` (default: the
    model's), `num_threads` (default 1), `device_id` (default: the worker's GPU, 0 without one), `seed` (default -1).

    Raises RuntimeError without the section `dali` or the file, MissingPackageError without DALI.
    """
    settings = ctx.model_yaml_config.get("dali")
    if not settings:
        raise RuntimeError("Missing the section dali in model-config.yaml, which DALI's pipeline needs")
    properties = ctx.system_properties
    pipelines = require("nvidia.dali.pipeline", "ts.handler_utils.preprocess.dali prepares requests with it")
    return pipelines.Pipeline.deserialize(
        filename=_pipeline_path(properties["model_dir"], settings.get("pipeline_file")),
        batch_size=int(settings.get("batch_size") or properties.get("batch_size") or 1),
        num_threads=int(settings.get("num_threads", 1)),
        device_id=int(settings.get("device_id", properties.get("gpu_id") or 0)),
        seed=int(settings.get("seed", -1)),
        prefetch_queue_depth=1,
    )


def _pipeline_path(model_dir: str, named: str | None) -> str:
    if named:
        path = os.path.join(model_dir, named)
        if not os.path.isfile(path):
            raise RuntimeError(f"Missing the DALI pipeline file {named}, which model-config.yaml names")
        return path
    found = sorted(name for name in os.listdir(model_dir) if name.endswith(".dali"))
    if len(found) != 1:
        raise RuntimeError(
            f"Missing the DALI pipeline: the archive must hold one .dali file, it has {len(found)}"
        )
    return os.path.join(model_dir, found[0])
