"""Cutting a list of layers into parts."""

from __future__ import annotations

import unittest

from ts.handler_utils.distributed.layers import memory_limits, split_bounds


class Bounds(unittest.TestCase):
    """Needs no package."""

    def test_the_largest_part_is_as_small_as_can_be(self):
        """Whatever the order of the weights."""
        self.assertEqual(split_bounds([1, 1, 1, 1], 2), [0, 2, 4])
        self.assertEqual(split_bounds([5, 1, 1, 1], 2), [0, 1, 4])
        self.assertEqual(split_bounds([1] * 8, 4), [0, 2, 4, 6, 8])

    def test_embedding_and_head_count(self):
        """A large head leaves the last part fewer layers."""
        self.assertEqual(split_bounds([1, 1, 1, 1], 2, head=0, tail=2), [0, 3, 4])
        self.assertEqual(split_bounds([1, 1, 1, 1], 2, head=2, tail=0), [0, 1, 4])

    def test_limits_are_kept_or_refused_with_the_numbers(self):
        """None is no limit."""
        self.assertEqual(split_bounds([10, 10, 10], 2, limits=[10, None]), [0, 1, 3])
        with self.assertRaisesRegex(
            ValueError, r"30 bytes of weights do not fit max_memory over 2 ranks \(10 bytes"
        ):
            split_bounds([10, 10, 10], 2, limits=[10, 10])

    def test_more_ranks_than_layers(self):
        """Every rank needs a layer."""
        with self.assertRaisesRegex(ValueError, "2 layers cannot be split over 3 ranks"):
            split_bounds([1, 1], 3)


class Limits(unittest.TestCase):
    """As accelerate writes them."""

    def test_sizes_with_units(self):
        """Decimal and binary; keys that are no rank say nothing."""
        given = {0: "1.5KB", "1": "2KiB", "cpu": "1GB"}
        self.assertEqual(memory_limits(given, 3), [1500, 2048, None])
        self.assertEqual(memory_limits([1000, "1MB"], 2), [1000, 1_000_000])

    def test_nothing_is_no_limit(self):
        """Also a map without ranks."""
        self.assertIsNone(memory_limits(None, 2))
        self.assertIsNone(memory_limits({"cpu": "1GB"}, 2))

    def test_what_is_no_size(self):
        """The text is shown with an example."""
        with self.assertRaisesRegex(ValueError, "max_memory 'much' is no size; write for example \"600MiB\""):
            memory_limits({0: "much"}, 2)


if __name__ == "__main__":
    unittest.main()
