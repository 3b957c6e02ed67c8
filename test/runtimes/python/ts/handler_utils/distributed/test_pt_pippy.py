"""Pipelines on CPU and gloo: equal to the unsplit model, whatever the family, the ranks and the
micro-batches."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "transformers"]


def pipeline(model, world, **pippy):
    """A model split by the public functions, as a handler calls them."""
    from rank_group import Context
    from ts.handler_utils.distributed.pt_pippy import (
        get_pipline_driver,
        initialize_rpc_workers,
    )

    context = Context(
        {"pippy": {"input_names": ["input_ids"], "model_type": "HF", "rpc_timeout": 60, **pippy}}
    )
    initialize_rpc_workers(int(os.environ["LOCAL_RANK"]), world, context)
    return get_pipline_driver(model, world, context)


def answers_of(model, batch):
    """Logits and texts of a model: greedy, sampled, by beams, with and without a cache."""
    import torch

    limits = {"max_new_tokens": 5, "pad_token_id": 0}
    with torch.no_grad():
        logits = model(**batch).logits
        greedy = model.generate(**batch, do_sample=False, **limits)
        plain = model.generate(**batch, do_sample=False, use_cache=False, **limits)
        torch.manual_seed(5)
        sampled = model.generate(**batch, do_sample=True, temperature=0.9, **limits)
        beams = model.generate(**batch, do_sample=False, num_beams=3, **limits)
    return {"logits": logits, "greedy": greedy, "plain": plain, "sampled": sampled, "beams": beams}


class EqualToTheUnsplitModel(unittest.TestCase):
    """The oracle is the same model in one process."""

    def check(self, world, chunks, families=None):
        """Families, all unless named, over ``world`` ranks."""
        import torch
        from rank_group import run_ranks
        from tiny_models import FAMILIES, padded_batch, tiny_model

        batch = padded_batch()
        families = families or FAMILIES
        wholes = {family: tiny_model(family) for family in families}
        expectations = {family: answers_of(wholes[family], batch) for family in families}

        def program(rank):
            found = {}
            for family in families:
                model = pipeline(tiny_model(family), world, **({"chunks": chunks} if chunks else {}))
                weights = sum(parameter.numel() for parameter in model.parameters())
                if rank == 0:
                    found[family] = {name: value.tolist() for name, value in answers_of(model, batch).items()}
                found[f"{family} weights"] = weights
            return found

        first, *others = run_ranks(world, program)
        for family in families:
            total = sum(parameter.numel() for parameter in wholes[family].parameters())
            for name, expected in expectations[family].items():
                with self.subTest(family=family, answer=name):
                    got = torch.tensor(first[family][name])
                    self.assertEqual(got.shape, expected.shape)
                    limit = 1e-5 if name == "logits" else 0
                    self.assertLessEqual((got - expected).abs().max().item(), limit)
            for found in others:
                self.assertLess(found[f"{family} weights"], total)

    def test_two_ranks_with_four_micro_batches(self):
        """The default: twice the ranks."""
        self.check(2, None)

    def test_two_ranks_with_one_micro_batch(self):
        """Nothing in flight beside it."""
        self.check(2, 1, ["llama"])

    def test_four_ranks_with_three_micro_batches(self):
        """Micro-batches of unequal size, stages of unequal length."""
        self.check(4, 3)


if __name__ == "__main__":
    unittest.main()
