"""ImageClassifier: the most likely classes of an image."""

from __future__ import annotations

from typing import Any

from ts.handler_utils.timer import timed
from ts.torch_handler.image_transforms import imagenet_transforms
from ts.torch_handler.required import require
from ts.torch_handler.vision_handler import VisionHandler
from ts.utils.util import map_class_to_label

torch: Any = require("torch", "BaseHandler is built on it")


class ImageClassifier(VisionHandler):
    """Answers each image with its `topk` best classes: {label: probability}.

    The model gives one score a class; `image_processing` is what a subclass usually replaces.
    """

    topk = 5
    image_processing = imagenet_transforms()

    def set_max_result_classes(self, topk: int) -> None:
        """Set how many classes an answer has."""
        self.topk = topk

    def get_max_result_classes(self) -> int:
        """Return how many classes an answer has."""
        return self.topk

    @timed
    def postprocess(self, data: Any) -> list[dict[str, float]]:
        """Make scores (batch x classes) to probabilities and name the best ones.

        Raises RuntimeError when there are fewer classes than `topk`, KeyError for a class without a name.
        """
        probabilities = torch.nn.functional.softmax(data, dim=1)
        best, classes = torch.topk(probabilities, self.topk, dim=1)
        return map_class_to_label(best.tolist(), self.mapping, classes.tolist())
