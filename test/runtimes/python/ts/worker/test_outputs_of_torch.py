"""Tensors among what a handler returned."""

from __future__ import annotations

import io
import unittest

from ts.worker.outputs import encode_output

NEEDS = ["torch"]


class Tensors(unittest.TestCase):
    def test_are_what_torch_saves(self):
        import torch

        tensor = torch.arange(6, dtype=torch.float32).reshape(2, 3)
        self.assertTrue(torch.equal(torch.load(io.BytesIO(encode_output(tensor))), tensor))


if __name__ == "__main__":
    unittest.main()
