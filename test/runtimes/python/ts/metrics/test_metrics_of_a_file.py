"""A metrics cache that reads TorchServe's metrics file itself."""

from __future__ import annotations

import os
import tempfile
import unittest

NEEDS = ["yaml"]

TEXT = """
dimensions:
  - &model "ModelName"
ts_metrics:
  counter:
    - {name: Requests2XX, unit: Count, dimensions: [Level, Hostname]}
model_metrics:
  counter:
    - {name: Cats, unit: count, dimensions: [*model, "Level"]}
  gauge:
    - {name: Speed, unit: ms, dimensions: []}
"""


class MetricsOfAFile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "metrics.yaml")

    def cache(self, text):
        from ts.metrics.metric_cache_yaml_impl import MetricsCacheYamlImpl

        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)
        made = MetricsCacheYamlImpl(self.path)
        made.initialize_cache()
        return made

    def test_its_model_metrics_are_known(self):
        made = self.cache(TEXT)
        self.assertEqual(made.cache_keys(), ["counter:Cats", "gauge:Speed"])
        self.assertEqual(made.get_metric("Cats").dimension_names, ["ModelName", "Level"])
        self.assertEqual(made.config_file_path, self.path)

    def test_a_file_that_cannot_be_used_raises_what_torchserve_raises(self):
        from ts.metrics import metric_cache_errors as errors
        from ts.metrics.metric_cache_yaml_impl import MetricsCacheYamlImpl

        for text, error, words in (
            ("a: [", errors.MetricsCachePyYamlError, "flow node"),
            ("ts_metrics: {}", errors.MetricsCacheKeyError, "has no section model_metrics"),
            ("model_metrics:", errors.MetricsCacheValueError, "names no metrics"),
            ("model_metrics: {speed: []}", errors.MetricsCacheKeyError, "'speed' is not a type of metrics"),
            ("model_metrics: {gauge: [{name: A, unit: s}]}", errors.MetricsCacheKeyError, "lacks dimensions"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(error, words):
                self.cache(text)
        with self.assertRaisesRegex(errors.MetricsCacheIOError, "No such file"):
            MetricsCacheYamlImpl(f"{self.path}.none")


if __name__ == "__main__":
    unittest.main()
