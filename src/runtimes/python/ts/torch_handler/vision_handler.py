"""VisionHandler: images out of requests, explanations with captum's integrated gradients."""

from __future__ import annotations

import base64
import io
from abc import ABC
from typing import Any

from ts.handler_utils.timer import timed
from ts.torch_handler.base_handler import BaseHandler
from ts.torch_handler.required import require

torch: Any = require("torch", "BaseHandler is built on it")
Image: Any = require("PIL.Image", "image handlers open images with it")

INSIGHT_STEPS = 15


class VisionHandler(BaseHandler, ABC):
    """Base of the image handlers: a subclass gives `image_processing`, from PIL image to tensor (C x H x W)."""

    def initialize(self, context: Any) -> None:
        """Load the model as BaseHandler does; allow images of any size when `limit_max_image_pixels` is off."""
        super().initialize(context)
        if not context.system_properties.get("limit_max_image_pixels", True):
            Image.MAX_IMAGE_PIXELS = None

    @property
    def ig(self) -> Any:
        """captum.attr.IntegratedGradients of the model, made when first asked for.

        Raises MissingPackageError without captum.
        """
        if self.__dict__.get("_ig") is None:
            captum = require("captum.attr", "explanations are made with it", "captum")
            self._ig = captum.IntegratedGradients(self.model)
        return self._ig

    @ig.setter
    def ig(self, value: Any) -> None:
        self._ig = value

    @timed
    def preprocess(self, data: list[Any]) -> Any:
        """Make one tensor (batch x C x H x W) of the rows' `data` or `body`.

        Bytes are an image file, a string is one in base64; other values are taken as numbers.
        """
        images = [self._to_tensor(row.get("data") or row.get("body")) for row in data]
        return torch.stack(images).to(self.device)

    def _to_tensor(self, value: Any) -> Any:
        if isinstance(value, str):
            value = base64.b64decode(value)
        if isinstance(value, (bytes, bytearray)):
            return self.image_processing(Image.open(io.BytesIO(value)))
        return torch.FloatTensor(value)

    def get_insights(self, tensor_data: Any, _: Any, target: Any = 0) -> list[Any]:
        """Return how much each number of `tensor_data` did for class `target`: nested lists of its shape."""
        return self.ig.attribute(tensor_data, target=target, n_steps=INSIGHT_STEPS).tolist()
