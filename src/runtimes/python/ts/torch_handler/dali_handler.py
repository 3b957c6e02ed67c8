"""DALIHandler: images decoded and prepared by NVIDIA DALI, on the GPU or the CPU."""

from __future__ import annotations

from abc import ABC
from typing import Any

from ts.handler_utils.preprocess.dali import get_dali_pipeline
from ts.handler_utils.timer import timed
from ts.torch_handler.required import require
from ts.torch_handler.vision_handler import VisionHandler

SOURCE_NAME = "my_source"


class DALIHandler(VisionHandler, ABC):
    """Base of the handlers whose `preprocess` is a serialized DALI pipeline among the archive's extra files.

    The pipeline takes the images' bytes from an external source called "my_source" and gives one output;
    ts.handler_utils.preprocess.dali says what `dali` of model-config.yaml may hold.
    """

    def initialize(self, context: Any) -> None:
        """Load the model as VisionHandler does, and the pipeline.

        Raises RuntimeError without a .dali file or the section `dali`, MissingPackageError without DALI.
        """
        super().initialize(context)
        self.initialized = False
        self.pipeline = get_dali_pipeline(context)
        settings = context.model_yaml_config["dali"]
        self.dali_batch_size = int(
            settings.get("batch_size") or context.system_properties.get("batch_size") or 1
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
