"""VisionHandler: images out of requests, explanations only when captum is there."""

from __future__ import annotations

import base64
import io
import os
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "PIL"]

SUM = """
import torch

class Sum(torch.nn.Module):
    def forward(self, x):
        return torch.stack([x.sum((1, 2, 3)), 3 * x.sum((1, 2, 3))], 1)
"""


def picture(size=(2, 3), colour=(255, 0, 51)):
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


class Vision(unittest.TestCase):
    def setUp(self):
        from model_folder import ModelFolder
        from ts.torch_handler.vision_handler import VisionHandler

        class Colours(VisionHandler):
            """The colour of the first pixel, as one number a channel."""

            def image_processing(self, image):
                import torch

                return torch.tensor(image.getpixel((0, 0)), dtype=torch.float32).reshape(3, 1, 1) / 255

        self.folder = ModelFolder()
        self.addCleanup(self.folder.remove)
        self.folder.write("sum.py", SUM)
        self.handler = Colours()
        self.handler.initialize(self.folder.context(modelFile="sum.py"))

    def test_bytes_are_image_files_strings_are_base64_lists_are_numbers(self):
        content = picture()
        rows = [
            {"data": content},
            {"body": bytearray(content)},
            {"body": base64.b64encode(content).decode()},
            {"data": [[[1]], [[0]], [[0.2]]]},
        ]
        tensor = self.handler.preprocess(rows)
        self.assertEqual((4, 3, 1, 1), tuple(tensor.shape))
        for row in tensor:
            self.assertEqual([1.0, 0.0, 0.2], [round(value, 4) for value in row.flatten().tolist()])

    def test_what_is_no_image_fails_with_pillows_error(self):
        from PIL import UnidentifiedImageError

        with self.assertRaises(UnidentifiedImageError):
            self.handler.preprocess([{"data": b"hello"}])
        with self.assertRaises(TypeError):
            self.handler.preprocess([{}])

    def test_the_limit_of_pixels_is_lifted_when_the_server_says_so(self):
        from PIL import Image

        with mock.patch.object(Image, "MAX_IMAGE_PIXELS", 4):
            self.handler.initialize(self.folder.context(modelFile="sum.py"))
            self.assertEqual(4, Image.MAX_IMAGE_PIXELS)
            self.handler.initialize(self.folder.context(modelFile="sum.py", limit=False))
            self.assertIsNone(Image.MAX_IMAGE_PIXELS)

    def test_it_answers_without_captum_and_says_what_to_install_when_asked_to_explain(self):
        from model_folder import ask
        from ts.torch_handler.required import MissingPackageError

        with mock.patch.dict(sys.modules, {"captum": None, "captum.attr": None}):
            answers = self.handler.handle([{"data": picture()}], self.folder.context())
            self.assertAlmostEqual(1.2, answers[0][0], places=5)
            with self.assertRaisesRegex(MissingPackageError, "pip install captum"):
                self.handler.handle([{"data": picture()}], ask(self.folder.context(), explain="True"))

    def test_an_explanation_says_what_each_pixel_did_for_the_target(self):
        from model_folder import ask

        try:
            import captum.attr  # noqa: F401
        except ImportError as error:
            self.skipTest(f"captum: {error}")
        context = ask(self.folder.context(), explain="True")
        row = {"data": picture(colour=(255, 0, 255))}
        for target, factor in ((0, 1.0), (1, 3.0)):
            (explained,) = self.handler.handle([{**row, "target": target}], context)
            values = [round(channel[0][0], 4) for channel in explained]
            self.assertEqual([factor, 0.0, factor], values)

    def test_handlers_may_bring_their_own_attribution(self):
        self.handler.ig = mock.Mock()
        self.handler.ig.attribute.return_value.tolist.return_value = ["own"]
        self.assertEqual(["own"], self.handler.get_insights("tensor", None, 1))
        self.handler.ig.attribute.assert_called_once_with("tensor", target=1, n_steps=15)


if __name__ == "__main__":
    unittest.main()
