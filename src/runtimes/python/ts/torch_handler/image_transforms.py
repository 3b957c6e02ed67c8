"""The preparation of images that ImageNet models were trained with."""

from __future__ import annotations

from typing import Any

from ts.torch_handler.required import require

transforms: Any = require("torchvision.transforms", "it prepares images", "torchvision")

IMAGENET_MEAN = [0.485, 0.456, 0.406]
IMAGENET_STD = [0.229, 0.224, 0.225]


def imagenet_transforms() -> Any:
    """Return: shorter side to 256, the middle 224 x 224, to a tensor of 0..1, ImageNet's normalisation."""
    return transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize(mean=IMAGENET_MEAN, std=IMAGENET_STD),
        ]
    )
