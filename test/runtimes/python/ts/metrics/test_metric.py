"""Metrics as older handlers make them: Metric, MetricsStore, MetricEncoder."""

from __future__ import annotations

import json
import unittest

from ts.metrics import emit
from ts.metrics.dimension import Dimension
from ts.metrics.metric import Metric
from ts.metrics.metric_encoder import MetricEncoder
from ts.metrics.metrics_store import MetricsStore


class OldMetrics(unittest.TestCase):
    def setUp(self):
        self.sent = []
        emit.set_sender(self.sent.append)
        self.addCleanup(emit.set_sender, None)

    def test_a_metric_is_written_as_torchserve_writes_it(self):
        metric = Metric("Cats", 2, "count", [Dimension("Colour", "red"), Dimension("Level", "Model")], "r1")
        self.assertRegex(str(metric), r"^Cats\.Count:2\|#Colour:red,Level:Model\|#hostname:[^,]+,\d{10},r1$")
        self.assertRegex(str(Metric("Cats", 2, None, [])), r"^Cats\.unit:2\|#\|#hostname:[^,]+,\d{10}$")

    def test_update_and_reset_send_values(self):
        metric = Metric("Cats", 1, "count", [Dimension("Colour", "red")], "r1", "counter")
        metric.update(4)
        metric.reset()
        self.assertEqual([(one["value"], one["type"]) for one in self.sent], [(4, "counter"), (0, "counter")])
        self.assertEqual(self.sent[0]["dimensions"], {"Colour": "red"})
        self.assertEqual(self.sent[0]["requestIds"], ["r1"])

    def test_metrics_and_dimensions_become_json(self):
        metric = Metric("Cats", 1, "ms", [Dimension("Colour", "red")], "r1")
        text = json.dumps({"one": metric}, cls=MetricEncoder)
        found = json.loads(text)["one"]
        self.assertEqual(list(found), "MetricName Value Unit Dimensions Timestamp HostName RequestId".split())
        self.assertEqual(found["Dimensions"], [{"Name": "Colour", "Value": "red"}])
        self.assertEqual((found["MetricName"], found["Value"], found["Unit"]), ("Cats", 1, "Milliseconds"))
        with self.assertRaises(TypeError):
            json.dumps(object(), cls=MetricEncoder)

    def test_a_store_keeps_the_first_value_and_sends_the_further_ones(self):
        store = MetricsStore({0: "r0", 1: "r1"}, "zoo")
        store.add_counter("C", 1)
        self.assertEqual(self.sent, [])
        store.add_counter("C", 3)
        store.add_counter("C", 5, 1)
        self.assertEqual([(one["value"], one["requestIds"]) for one in self.sent], [(3, ["r0", "r1"])])
        self.assertEqual([(one.value, one.request_id) for one in store.store], [(1, "r0,r1"), (5, "r1")])

    def test_a_store_has_a_method_for_each_unit(self):
        store = MetricsStore("one-id", "zoo")
        store.add_time("T", 1)
        store.add_time("Ts", 1, None, "s")
        store.add_size("S", 1, None, "GB", [Dimension("Colour", "red")])
        store.add_percent("P", 1)
        store.add_error("E", "boom")
        store.add_metric("M", 1, "furlongs")
        self.assertEqual(
            [str(one).split("|#hostname")[0] for one in store.store],
            [
                "T.Milliseconds:1|#ModelName:zoo,Level:Model",
                "Ts.Seconds:1|#ModelName:zoo,Level:Model",
                "S.Gigabytes:1|#Colour:red,ModelName:zoo,Level:Model",
                "P.Percent:1|#ModelName:zoo,Level:Model",
                "E.unit:boom|#Level:Error",
                "M.furlongs:1|#ModelName:zoo,Level:Model",
            ],
        )
        self.assertEqual({one.request_id for one in store.store}, {"one-id", None})
        for refused in (
            lambda: store.add_time("T", 1, None, "h"),
            lambda: store.add_size("S", 1, None, "KB"),
        ):
            with self.assertRaises(ValueError):
                refused()


if __name__ == "__main__":
    unittest.main()
