"""The device of a worker, by what the machine has; the machine is told by fakes."""

from __future__ import annotations

import sys
import types
import unittest
from contextlib import ExitStack
from unittest import mock

NEEDS = ["torch"]


class Choice(unittest.TestCase):
    def choose(self, gpu_id, cuda=False, xpu=None, mps=False, xla=None, environ=None):
        from ts.torch_handler import device_choice

        torch = device_choice.torch
        with ExitStack() as stack:

            def patch(place, name, value, create=False):
                stack.enter_context(mock.patch.object(place, name, value, create=create))

            patch(torch.cuda, "is_available", lambda: cuda)
            patch(torch, "xpu", types.SimpleNamespace(is_available=lambda: bool(xpu)), create=True)
            patch(torch.backends, "mps", types.SimpleNamespace(is_available=lambda: mps), create=True)
            patch(device_choice, "has_package", lambda name: xla is not None)
            stack.enter_context(mock.patch.dict("os.environ", environ or {}))
            if xla is not None:
                module = types.ModuleType("torch_xla.core.xla_model")
                module.xla_device = lambda: xla
                names = {"torch_xla": module, "torch_xla.core": module, "torch_xla.core.xla_model": module}
                stack.enter_context(mock.patch.dict(sys.modules, names))
            device, map_location = device_choice.choose_device({"gpu_id": gpu_id})
            return str(device), map_location

    def test_cuda_comes_first(self):
        self.assertEqual(("cuda:2", "cuda"), self.choose(2, cuda=True, mps=True))
        self.assertEqual(("cuda:0", "cuda"), self.choose(0, cuda=True))

    def test_a_worker_without_a_gpu_stays_on_the_cpu(self):
        self.assertEqual(("cpu", "cpu"), self.choose(None, cuda=True, mps=True, xpu=True))

    def test_intels_gpus_must_be_asked_for(self):
        self.assertEqual(("xpu:1", "xpu"), self.choose(1, xpu=True, environ={"TS_IPEX_GPU_ENABLE": "true"}))
        self.assertEqual(("cpu", "cpu"), self.choose(1, xpu=True))

    def test_apples_gpu(self):
        self.assertEqual(("mps", "mps"), self.choose(0, mps=True))

    def test_xla_is_used_when_it_is_installed_and_has_no_map_location(self):
        self.assertEqual(("tpu:0", None), self.choose(None, xla="tpu:0"))

    def test_the_version_is_numbers(self):
        from ts.torch_handler import device_choice

        for text, numbers in {"2.13.0+cpu": (2, 13, 0), "1.8": (1, 8, 0), "2.0.0a1": (2, 0, 1)}.items():
            with mock.patch.object(device_choice.torch, "__version__", text):
                self.assertEqual(numbers[:2], device_choice.torch_version()[:2])


if __name__ == "__main__":
    unittest.main()
