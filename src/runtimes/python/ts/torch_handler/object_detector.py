"""ObjectDetector: boxes around the things in an image."""

from __future__ import annotations

from typing import Any

from ts.torch_handler.required import require
from ts.torch_handler.vision_handler import VisionHandler
from ts.utils.util import map_class_to_label

transforms: Any = require("torchvision.transforms", "it prepares images", "torchvision")


class ObjectDetector(VisionHandler):
    """Answers each image with a list of {label: box, "score": probability}, those of at least `threshold`.

    The model gives, as torchvision's detectors do, one {"boxes", "labels", "scores"} an image; a box is
    [x1, y1, x2, y2] in pixels. Images of one batch must have one size, as they become one tensor.
    """

    image_processing = transforms.Compose([transforms.ToTensor()])
    threshold = 0.5

    def postprocess(self, data: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """Keep the boxes that are sure enough and name them."""
        return [self._detections(image) for image in data]

    def _detections(self, image: dict[str, Any]) -> list[dict[str, Any]]:
        sure = image["scores"] >= self.threshold
        boxes, labels = image["boxes"][sure].tolist(), image["labels"][sure].tolist()
        found = map_class_to_label([[box] for box in boxes], self.mapping, [[label] for label in labels])
        return [{**named, "score": score} for named, score in zip(found, image["scores"][sure].tolist())]
