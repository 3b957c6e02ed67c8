"""`context.metrics`, as handlers use it."""

from __future__ import annotations

import copy
import unittest

from ts.metrics import emit
from ts.metrics.dimension import Dimension
from ts.metrics.metric_cache_errors import MetricsCacheKeyError, MetricsCacheTypeError, MetricsCacheValueError
from ts.metrics.metric_cache_yaml_impl import MetricsCacheYamlImpl
from ts.metrics.metric_type_enum import MetricTypes

HANDLER_TIME = {"name": "HandlerTime", "unit": "ms", "type": "gauge", "dimensions": ["ModelName", "Level"]}
OF_MODEL = {"ModelName": "zoo", "Level": "Model"}


class MetricsOfAHandler(unittest.TestCase):
    def setUp(self):
        self.sent = []
        emit.set_sender(self.sent.append)
        self.addCleanup(emit.set_sender, None)
        self.metrics = MetricsCacheYamlImpl.from_definitions([HANDLER_TIME])
        self.metrics.model_name = "zoo"
        self.metrics.set_request_ids({0: "r0", 1: "r1"})

    def shapes(self):
        """Type, name, value and unit of what was sent."""
        return [(one["type"], one["name"], one["value"], one["unit"]) for one in self.sent]

    def test_every_method_sends_its_type_and_unit(self):
        metrics = self.metrics
        metrics.add_counter("C", 2)
        metrics.add_time("T", 1.5)
        metrics.add_time("Ts", 2, None, "s")
        metrics.add_size("S", 3)
        metrics.add_size("Sk", 4, None, "kB")
        metrics.add_percent("P", 50)
        metrics.add_error("E", 1)
        metrics.add_metric("M", 6, "furlongs")
        metrics.add_metric("H", 7, "ms", None, [], MetricTypes.HISTOGRAM)
        self.assertEqual(
            self.shapes(),
            [
                ("counter", "C", 2, "Count"),
                ("gauge", "T", 1.5, "Milliseconds"),
                ("gauge", "Ts", 2, "Seconds"),
                ("gauge", "S", 3, "Megabytes"),
                ("gauge", "Sk", 4, "Kilobytes"),
                ("gauge", "P", 50, "Percent"),
                ("counter", "E", 1, "unit"),
                ("counter", "M", 6, "furlongs"),
                ("histogram", "H", 7, "Milliseconds"),
            ],
        )

    def test_values_have_the_model_the_level_and_all_requests(self):
        self.metrics.add_counter("C", 1)
        self.assertEqual(self.sent[0]["dimensions"], OF_MODEL)
        self.assertEqual(self.sent[0]["requestIds"], ["r0", "r1"])

    def test_idx_chooses_one_request_and_one_that_is_not_there_means_all(self):
        for idx in (0, 1, 7):
            self.metrics.add_counter("C", 1, idx)
        self.assertEqual([one["requestIds"] for one in self.sent], [["r0"], ["r1"], ["r0", "r1"]])

    def test_request_ids_may_be_one_text_or_none(self):
        for ids in ("while-loading", None):
            self.metrics.set_request_ids(ids)
            self.metrics.add_counter("C", 1)
        self.assertEqual([one["requestIds"] for one in self.sent], [["while-loading"], []])

    def test_an_error_has_its_level_no_model_and_no_request(self):
        self.metrics.add_error("E", 1, [Dimension("Where", "disk")])
        self.assertEqual(self.sent[0]["dimensions"], {"Where": "disk", "Level": "Error"})
        self.assertEqual(self.sent[0]["requestIds"], [])
        with self.assertRaises(TypeError):
            self.metrics.add_error("E", "a text", [Dimension("Where", "disk")])

    def test_own_dimensions_come_first_and_those_of_the_model_are_not_repeated(self):
        self.metrics.add_counter("A", 1, None, [Dimension("Colour", "red")])
        self.metrics.add_counter("B", 1, None, [Dimension("Level", "Own"), Dimension("Colour", "red")])
        self.assertEqual(
            [list(one["dimensions"].items()) for one in self.sent],
            [
                [("Colour", "red"), ("ModelName", "zoo"), ("Level", "Model")],
                [("Level", "Own"), ("Colour", "red"), ("ModelName", "zoo")],
            ],
        )

    def test_the_callers_list_is_added_to_as_in_torchserve(self):
        dimensions = [Dimension("Colour", "red")]
        for _ in range(2):
            self.metrics.add_counter("A", 1, None, dimensions)
        self.assertEqual([str(one) for one in dimensions], ["Colour:red", "ModelName:zoo", "Level:Model"])
        self.assertEqual(len(self.sent), 2)

    def test_a_tuple_of_dimensions_is_as_good_as_a_list(self):
        self.metrics.add_counter("A", 1, None, (Dimension("Colour", "red"),))
        self.assertEqual(self.sent[0]["dimensions"], {"Colour": "red", **OF_MODEL})

    def test_a_known_metric_takes_the_values_by_their_places(self):
        self.metrics.add_counter("A", 1, None, [Dimension("Colour", "red")])
        self.metrics.add_counter("A", 1, None, [Dimension("Size", "big")])
        self.assertEqual(self.sent[1]["dimensions"], {"Colour": "big", **OF_MODEL})
        with self.assertLogs("ts.metrics.caching_metric", "ERROR"):
            self.metrics.add_counter("A", 1)
        self.assertEqual(len(self.sent), 2)

    def test_one_name_may_be_of_several_types(self):
        self.metrics.add_counter("HandlerTime", 1)
        self.metrics.add_time("HandlerTime", 2)
        self.assertEqual([one["type"] for one in self.sent], ["counter", "gauge"])
        self.assertEqual(
            self.metrics.cache_keys(),
            ["gauge:HandlerTime", "counter:HandlerTime"],
        )

    def test_units_that_are_none_raise(self):
        with self.assertRaisesRegex(MetricsCacheValueError, "one of ms, s, not 'h'"):
            self.metrics.add_time("T", 1, None, "h")
        with self.assertRaisesRegex(ValueError, "one of MB, kB, GB, B, not 'KB'"):
            self.metrics.add_size("S", 1, None, "KB")
        self.assertEqual(self.sent, [])

    def test_a_metric_is_made_known_found_and_used_without_the_usual_dimensions(self):
        made = self.metrics.add_metric_to_cache("Own", "count", ["Colour"], MetricTypes.HISTOGRAM)
        self.assertEqual(self.sent, [])
        self.assertIs(self.metrics.get_metric("Own", MetricTypes.HISTOGRAM), made)
        made.add_or_update(3, ["red"])
        self.assertEqual(self.sent[0]["dimensions"], {"Colour": "red"})
        self.assertEqual(self.sent[0]["requestIds"], [])

    def test_a_metric_of_the_metrics_file_is_found(self):
        found = self.metrics.get_metric("HandlerTime", MetricTypes.GAUGE)
        self.assertEqual((found.metric_name, found.unit), ("HandlerTime", "Milliseconds"))
        self.assertEqual(found.dimension_names, ["ModelName", "Level"])

    def test_what_is_not_known_or_of_the_wrong_type_raises(self):
        with self.assertRaisesRegex(MetricsCacheKeyError, "no counter named 'HandlerTime'"):
            self.metrics.get_metric("HandlerTime")
        for arguments in ((1, "ms"), ("A", 1), ("A", None), ("A", "ms", "x"), ("A", "ms", ["x"], "counter")):
            with self.subTest(arguments=arguments), self.assertRaises(MetricsCacheTypeError):
                self.metrics.add_metric_to_cache(*arguments)
        with self.assertRaises(MetricsCacheTypeError):
            self.metrics.add_metric("A", 1, "ms", metric_type="counter")
        with self.assertRaises(MetricsCacheTypeError):
            self.metrics.get_metric(3)

    def test_deep_copies_have_request_ids_of_their_own_and_share_what_is_known(self):
        self.metrics.add_counter("C", 1)
        copied = copy.deepcopy(self.metrics)
        copied.set_request_ids({0: "other"})
        copied.add_counter("C", 2)
        self.metrics.add_counter("C", 3)
        self.assertEqual([one["requestIds"] for one in self.sent], [["r0", "r1"], ["other"], ["r0", "r1"]])
        self.assertIs(copied.get_metric("C"), self.metrics.get_metric("C"))

    def test_without_a_file_there_is_nothing_to_initialize(self):
        empty = MetricsCacheYamlImpl()
        empty.initialize_cache()
        self.assertEqual(empty.cache_keys(), [])


if __name__ == "__main__":
    unittest.main()
