"""ImageClassifier, ImageSegmenter and ObjectDetector: what they make of a model's output."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "torchvision", "PIL"]
GPU_FREE = os.path.join(
    os.path.dirname(os.path.abspath(__file__)), *[".."] * 5, "fixtures", "python", "gpu-free"
)


def setUpModule():
    sys.path.insert(0, GPU_FREE)
    import gpu_free_torchvision

    gpu_free_torchvision.allow()
    try:
        import torchvision  # noqa: F401
    except (ImportError, OSError, RuntimeError) as error:
        raise unittest.SkipTest(f"torchvision does not import: {error}") from error


class Classifier(unittest.TestCase):
    def setUp(self):
        import torch
        from ts.torch_handler.image_classifier import ImageClassifier

        self.torch = torch
        self.handler = ImageClassifier()

    def test_images_are_prepared_as_imagenet_models_expect(self):
        from PIL import Image

        tensor = self.handler.image_processing(Image.new("RGB", (300, 500), (124, 116, 104)))
        self.assertEqual((3, 224, 224), tuple(tensor.shape))
        self.assertLess(tensor.abs().max().item(), 0.01)

    def test_the_five_best_classes_best_first(self):
        (answer,) = self.handler.postprocess(self.torch.tensor([[1.0, 2, 3, 4, 5, 6]]))
        self.assertEqual(["5", "4", "3", "2", "1"], list(answer))
        self.assertAlmostEqual(0.6336913, answer["5"], places=6)

    def test_names_and_number_of_classes(self):
        self.handler.mapping = {str(index): name for index, name in enumerate(["ant", "bee", "cow"])}
        self.handler.set_max_result_classes(2)
        self.assertEqual(2, self.handler.get_max_result_classes())
        (answer,) = self.handler.postprocess(self.torch.tensor([[0.0, 2, 1]]))
        self.assertEqual(["bee", "cow"], list(answer))

    def test_fewer_classes_than_asked_for_is_an_error(self):
        with self.assertRaises(RuntimeError):
            self.handler.postprocess(self.torch.zeros(1, 3))


class Segmenter(unittest.TestCase):
    def test_each_pixel_gets_its_class_and_probability(self):
        import torch
        from ts.torch_handler.image_segmenter import ImageSegmenter

        scores = torch.tensor([[[[0.0, 9.0]], [[4.0, 0.0]]]])
        ((left, right),) = ImageSegmenter().postprocess({"out": scores})[0]
        self.assertEqual((1.0, 0.982014), (left[0], round(left[1], 6)))
        self.assertEqual((0.0, 0.999877), (right[0], round(right[1], 6)))


class Detector(unittest.TestCase):
    def setUp(self):
        import torch
        from ts.torch_handler.object_detector import ObjectDetector

        self.handler = ObjectDetector()
        self.image = {
            "boxes": torch.tensor([[0, 1, 2, 3.0], [4, 5, 6, 7], [1, 1, 1, 1]]),
            "labels": torch.tensor([1, 2, 1]),
            "scores": torch.tensor([0.75, 0.5, 0.25]),
        }

    def test_boxes_of_at_least_the_threshold_with_names(self):
        self.handler.mapping = {"1": "cat", "2": "dog"}
        expected = [{"cat": [0.0, 1.0, 2.0, 3.0], "score": 0.75}, {"dog": [4.0, 5.0, 6.0, 7.0], "score": 0.5}]
        self.assertEqual([expected], self.handler.postprocess([self.image]))

    def test_subclasses_may_be_surer(self):
        self.handler.threshold = 0.7
        self.assertEqual(
            [[{"1": [0.0, 1.0, 2.0, 3.0], "score": 0.75}]], self.handler.postprocess([self.image])
        )

    def test_an_image_with_nothing_in_it(self):
        empty = {name: values[:0] for name, values in self.image.items()}
        self.assertEqual([[], []], self.handler.postprocess([empty, empty]))


if __name__ == "__main__":
    unittest.main()
