"""ImageSegmenter: the class of every pixel."""

from __future__ import annotations

from typing import Any

from ts.torch_handler.image_transforms import imagenet_transforms
from ts.torch_handler.required import require
from ts.torch_handler.vision_handler import VisionHandler

torch: Any = require("torch", "BaseHandler is built on it")


class ImageSegmenter(VisionHandler):
    """Answers each image with a list H x W x 2: the pixel's most likely class and its probability.

    The model gives {"out": scores}, scores being batch x classes x H x W.
    """

    image_processing = imagenet_transforms()

    def postprocess(self, data: Any) -> list[Any]:
        """Choose each pixel's class; class numbers are floats, as they share a tensor with probabilities."""
        probabilities, classes = torch.nn.functional.softmax(data["out"], dim=1).max(dim=1)
        return torch.stack([classes.type(probabilities.dtype), probabilities], dim=3).tolist()
