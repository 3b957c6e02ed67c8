"""Tensor parallelism on CPU and gloo: equal to the whole model, with a part of the weights on each rank."""

from __future__ import annotations

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "transformers"]
FAMILIES = ("bloom", "opt", "llama")


class EqualToTheWholeModel(unittest.TestCase):
    """Two ranks; BLOOM and OPT by our plans, LLaMA (grouped queries) by the one of transformers."""

    def test_logits_and_generated_tokens(self):
        """Left-padded batches included."""
        import torch
        from rank_group import run_ranks
        from tiny_models import padded_batch, tiny_model

        batch = padded_batch()

        def answers(model):
            with torch.no_grad():
                logits = model(**batch).logits
                tokens = model.generate(**batch, max_new_tokens=5, do_sample=False, pad_token_id=0)
            return logits.tolist(), tokens.tolist()

        def program(rank):
            import torch.distributed as dist
            from ts.handler_utils.distributed.tensor_parallel import parallelize

            dist.init_process_group("gloo")
            found = {}
            for family in FAMILIES:
                model = parallelize(tiny_model(family))
                local = sum(
                    getattr(each, "to_local", lambda each=each: each)().numel() for each in model.parameters()
                )
                found[family] = (*answers(model), local)
            return found

        wholes = {family: tiny_model(family) for family in FAMILIES}
        expectations = {family: answers(wholes[family]) for family in FAMILIES}
        ranks = run_ranks(2, program)
        for family in FAMILIES:
            whole, (logits, tokens) = wholes[family], expectations[family]
            for found in ranks:
                with self.subTest(family=family):
                    self.assertLessEqual(
                        (torch.tensor(found[family][0]) - torch.tensor(logits)).abs().max(), 1e-5
                    )
                    self.assertEqual(found[family][1], tokens)
                    self.assertLess(found[family][2], 0.75 * sum(each.numel() for each in whole.parameters()))


class Refused(unittest.TestCase):
    """What cannot be spread says why, before any rank waits for another."""

    def test_gpt2_has_no_plan(self):
        """Its fused projection is not sorted by heads."""
        from tiny_models import tiny_model
        from ts.handler_utils.distributed.tensor_parallel import parallelize

        with self.assertRaisesRegex(ValueError, "no plan for tensor parallelism of gpt2 .*parallelType pp"):
            parallelize(tiny_model("gpt2"))

    def test_heads_that_cannot_be_shared(self):
        """Two key/value heads and four ranks."""
        from tiny_models import tiny_model
        from ts.handler_utils.distributed.tensor_parallel import parallelize

        class FourRanks:
            def size(self):
                return 4

        with self.assertRaisesRegex(ValueError, "2 key/value heads cannot be shared evenly by 4 ranks"):
            parallelize(tiny_model("llama"), FourRanks())


if __name__ == "__main__":
    unittest.main()
