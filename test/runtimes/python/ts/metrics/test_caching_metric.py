"""What a metric sends, and what it refuses."""

from __future__ import annotations

import decimal
import unittest

from ts.metrics import emit
from ts.metrics.caching_metric import CachingMetric
from ts.metrics.dimension import Dimension
from ts.metrics.metric_type_enum import MetricTypes

LOGGER = "ts.metrics.caching_metric"


class Sending(unittest.TestCase):
    def setUp(self):
        self.sent = []
        emit.set_sender(self.sent.append)
        self.addCleanup(emit.set_sender, None)

    def metric(self, metric_type=MetricTypes.GAUGE, names=("ModelName", "Level"), unit="ms"):
        return CachingMetric("Speed", unit, list(names), metric_type)

    def refusal(self, metric, *args):
        """The error that is logged in place of a value."""
        with self.assertLogs(LOGGER, "ERROR") as logs:
            metric.add_or_update(*args)
        self.assertEqual(self.sent, [])
        return logs.records[0].getMessage()

    def test_a_value_is_sent_with_everything_torchserve_prints(self):
        self.metric().add_or_update(1.5, ["zoo", "Model"], "r1,r2")
        self.assertEqual(
            self.sent,
            [
                {
                    "name": "Speed",
                    "value": 1.5,
                    "unit": "Milliseconds",
                    "type": "gauge",
                    "dimensions": {"ModelName": "zoo", "Level": "Model"},
                    "requestIds": ["r1", "r2"],
                }
            ],
        )

    def test_units_have_their_whole_words_and_unknown_ones_stay(self):
        words = {
            "ms": "Milliseconds",
            "s": "Seconds",
            "percent": "Percent",
            "count": "Count",
            "MB": "Megabytes",
            "GB": "Gigabytes",
            "kB": "Kilobytes",
            "B": "Bytes",
            "": "unit",
            None: "unit",
            "furlongs": "furlongs",
            "Count": "Count",
        }
        for unit, word in words.items():
            self.assertEqual(self.metric(unit=unit).unit, word)

    def test_dimensions_are_text_and_no_request_has_no_ids(self):
        metric = self.metric()
        for request_id in ("", None):
            metric.add_or_update(1, [7, None], request_id)
        self.assertEqual([one["dimensions"] for one in self.sent], [{"ModelName": "7", "Level": "None"}] * 2)
        self.assertEqual([one["requestIds"] for one in self.sent], [[], []])

    def test_numbers_of_every_kind_are_sent_as_numbers(self):
        for value, number in (
            (3, 3),
            (-2, -2),
            (0.1, 0.1),
            ("5", 5.0),
            (decimal.Decimal("1.5"), 1.5),
            (True, 1.0),
            (2**70, float(2**70)),
        ):
            with self.subTest(value=value):
                self.metric(names=()).add_or_update(value)
                self.assertEqual(self.sent.pop()["value"], number)

    def test_what_is_no_finite_number_is_refused(self):
        for value in (float("nan"), float("inf"), "fast", None, [1], 10**400):
            with self.subTest(value=value):
                self.assertIn("the value is not a finite number", self.refusal(self.metric(names=()), value))

    def test_a_counter_refuses_to_go_down_in_torchserves_words(self):
        text = self.refusal(self.metric(MetricTypes.COUNTER), -2, ["zoo", "Model"])
        self.assertEqual(
            text,
            "Failed to update metric with name:Speed and dimensions: ModelName:zoo,Level:Model with value: -2: "
            "Counter metric update value cannot be negative",
        )

    def test_a_counter_that_is_given_text_raises(self):
        with self.assertRaises(TypeError):
            self.metric(MetricTypes.COUNTER).add_or_update("boom", ["zoo", "Model"])

    def test_a_gauge_and_a_histogram_may_be_negative(self):
        for metric_type in (MetricTypes.GAUGE, MetricTypes.HISTOGRAM):
            self.metric(metric_type, ()).add_or_update(-1)
        self.assertEqual(
            [(one["type"], one["value"]) for one in self.sent], [("gauge", -1), ("histogram", -1)]
        )

    def test_another_number_of_dimensions_is_refused(self):
        for given in ([], ["zoo"], ["zoo", "Model", "more"], None):
            with self.subTest(given=given):
                text = self.refusal(self.metric(), 1, given)
                self.assertIn(f"{given} should correspond to Dimension names: ['ModelName', 'Level']", text)

    def test_update_replaces_the_dimensions(self):
        metric = self.metric()
        metric.update(4, "r1", [Dimension("Colour", "red")])
        metric.update(5)
        self.assertEqual([one["dimensions"] for one in self.sent], [{"Colour": "red"}, {}])
        self.assertEqual(metric.dimension_names, [])


if __name__ == "__main__":
    unittest.main()
