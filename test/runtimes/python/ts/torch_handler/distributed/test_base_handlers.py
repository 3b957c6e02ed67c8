"""The base handlers of split models."""

from __future__ import annotations

import os
import unittest
from unittest import mock

NEEDS = ["torch"]


class Context:
    """As much of the worker's context as the handlers read."""

    def __init__(self, **config):
        self.model_name = "split"
        self.model_yaml_config = config
        self.system_properties = {"model_dir": os.path.dirname(os.path.abspath(__file__))}


class Pippy(unittest.TestCase):
    """`BasePippyHandler`."""

    def handler(self):
        """One that is not abstract."""
        from ts.torch_handler.distributed.base_pippy_handler import BasePippyHandler

        return BasePippyHandler()

    def test_a_rank_is_a_device_that_exists(self):
        """Handlers set their rank, which is a GPU's number only where there are GPUs."""
        import torch

        handler = self.handler()
        self.assertIsNone(handler.device)
        handler.device = 3
        with mock.patch("torch.cuda.is_available", return_value=False):
            handler.device = 3
            self.assertEqual(handler.device, torch.device("cpu"))
        available = mock.patch("torch.cuda.is_available", return_value=True)
        with available, mock.patch("torch.cuda.device_count", return_value=2):
            handler.device = 3
            self.assertEqual(handler.device, torch.device("cuda", 1))
        handler.device = torch.device("meta")
        self.assertEqual(handler.device, torch.device("meta"))

    def test_outside_of_a_group_it_says_what_to_configure(self):
        """Both keys are named."""
        names = ("RANK", "LOCAL_RANK", "WORLD_SIZE")
        with mock.patch.dict(os.environ):
            for name in names:
                os.environ.pop(name, None)
            with self.assertRaisesRegex(RuntimeError, "parallelType: pp and torchrun"):
                self.handler().initialize(Context(pippy={"compat": False}))

    def test_a_section_of_the_wrong_kind_or_a_timeout_that_is_none(self):
        """The key is named."""
        with self.assertRaisesRegex(ValueError, "pippy in model-config.yaml must be a map"):
            self.handler().initialize(Context(pippy=[1]))
        wrong = self.assertRaisesRegex(ValueError, "pippy.rpc_timeout is 'long'")
        with mock.patch.dict(os.environ, {"RANK": "0"}), wrong:
            self.handler().initialize(Context(pippy={"rpc_timeout": "long", "compat": False}))


class DeepSpeed(unittest.TestCase):
    """`BaseDeepSpeedHandler`."""

    def test_its_device_is_the_rank_and_the_package_is_not_needed(self):
        """TorchServe's behaviour."""
        from ts.torch_handler.distributed.base_deepspeed_handler import BaseDeepSpeedHandler

        handler = BaseDeepSpeedHandler()
        with mock.patch.dict(os.environ, {"LOCAL_RANK": "2"}):
            handler.initialize(Context())
        self.assertEqual(handler.device, 2)


if __name__ == "__main__":
    unittest.main()
