"""DALIHandler: images decoded and prepared by NVIDIA DALI, on the GPU or the CPU."""

from __future__ import annotations

import os
from abc import ABC
from typing import Any

from ts.handler_utils.timer import timed
from ts.torch_handler.required import require
from ts.torch_handler.vision_handler import VisionHandler

SOURCE_NAME = "my_source"


class DALIHandler(VisionHandler, ABC):
    """Base of the handlers whose `preprocess` is a serialized DALI pipeline among the archive's extra files.

    The pipeline takes the images' bytes from an external source called "my_source" and gives one output.
    `dali` of model-config.yaml: `pipeline_file` (default: the archive's one .dali file), `batch_size`,
    `num_threads` (default 1), `device_id` (default: the worker's GPU, 0 without one), `seed` (default -1).
    """

    def initialize(self, context: Any) -> None:
        """Load the model as VisionHandler does, and the pipeline.

        Raises RuntimeError without a .dali file or the section `dali`, MissingPackageError without DALI.
        """
        super().initialize(context)
        self.initialized = False
        settings = context.model_yaml_config.get("dali")
        if not settings:
            raise RuntimeError("Missing the section dali in model-config.yaml, which DALIHandler needs")
        properties = context.system_properties
        self.dali_batch_size = int(settings.get("batch_size") or properties.get("batch_size") or 1)
        pipelines = require("nvidia.dali.pipeline", "DALIHandler prepares images with it")
        self.pipeline = pipelines.Pipeline.deserialize(
            filename=_pipeline_path(properties["model_dir"], settings.get("pipeline_file")),
            batch_size=self.dali_batch_size,
            num_threads=int(settings.get("num_threads", 1)),
            device_id=int(settings.get("device_id", properties.get("gpu_id") or 0)),
            seed=int(settings.get("seed", -1)),
            prefetch_queue_depth=1,
        )
        self.initialized = True

    @timed
    def preprocess(self, data: list[Any]) -> Any:
        """Run the pipeline on the rows' `data` or `body` (image files); returns its output, batch x C x H x W."""
        numpy = require("numpy", "DALIHandler hands images over with it")
        iterators = require("nvidia.dali.plugin.pytorch", "DALIHandler makes tensors with it")
        images = [numpy.frombuffer(row.get("data") or row.get("body"), dtype=numpy.uint8) for row in data]
        # A pipeline takes full batches only: fill up, and cut the answers off.
        full = images + [images[-1]] * (self.dali_batch_size - len(images))
        self.pipeline.feed_input(SOURCE_NAME, full)
        iterator = iterators.DALIGenericIterator([self.pipeline], ["data"])
        return next(iterator)[0]["data"][: len(images)].to(self.device)


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
