"""What happens to a pipeline when something goes wrong, or nothing happens for long."""

from __future__ import annotations

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
NEEDS = ["torch", "transformers"]


def pipeline(world, **pippy):
    """A tiny BLOOM over the ranks."""
    from rank_group import Context
    from tiny_models import tiny_model
    from ts.handler_utils.distributed.pt_pippy import (
        get_pipeline_driver,
        initialize_rpc_workers,
    )

    context = Context({"pippy": pippy})
    initialize_rpc_workers(int(os.environ["LOCAL_RANK"]), world, context)
    return get_pipeline_driver(tiny_model("bloom"), world, context)


def text_of(call):
    """The error a call raises."""
    try:
        call()
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "no error"


class APipelineInTrouble(unittest.TestCase):
    """Two ranks each."""

    def test_waits_longer_than_rpc_timeout_between_requests(self):
        """The timeout bounds a transfer, not the silence before one."""
        from rank_group import run_ranks
        from tiny_models import padded_batch

        def program(rank):
            model = pipeline(2, rpc_timeout=1)
            if rank == 0:
                time.sleep(2.5)
                return tuple(model(**padded_batch()).logits.shape)
            return None

        self.assertEqual(run_ranks(2, program)[0], (4, 7, 96))

    def test_survives_a_request_that_only_one_rank_can_reject(self):
        """A token the model does not know fails on rank 0; an exception of a later rank is told to rank 0."""
        from rank_group import run_ranks
        from tiny_models import padded_batch

        def program(rank):
            model = pipeline(2, chunks=2, rpc_timeout=30)
            if rank == 1:
                calls = []

                def moody(_module, _args):
                    calls.append(1)
                    if len(calls) == 3:
                        raise ArithmeticError("not today")

                model.transformer.h[0].register_forward_pre_hook(moody)
                return None
            batch = padded_batch()
            first = model(**batch).logits.tolist()
            unknown = {**batch, "input_ids": batch["input_ids"] + 1000}
            errors = [text_of(lambda: model(**unknown)), text_of(lambda: model(**batch))]
            return errors, model(**batch).logits.tolist() == first

        (errors, equal), _ = run_ranks(2, program)
        self.assertRegex(errors[0], "IndexError: .*out of range")
        self.assertRegex(errors[1], "StageFailed: Another rank of the pipeline failed")
        self.assertTrue(equal)

    def test_refuses_what_it_cannot_serve(self):
        """Before anything is sent."""
        from rank_group import run_ranks
        from tiny_models import padded_batch

        def program(rank):
            import torch

            model = pipeline(2, rpc_timeout=30)
            if rank > 0:
                return None
            batch = padded_batch()
            embeds = torch.zeros(4, 7, 32)
            return [
                text_of(lambda: model(**batch, output_hidden_states=True)),
                text_of(lambda: model(inputs_embeds=embeds)),
                text_of(lambda: model(attention_mask=batch["attention_mask"])),
                text_of(lambda: model.generate(**batch, max_new_tokens=2, cache_implementation="static")),
                text_of(lambda: model(**batch)),
            ]

        hidden, embeds, nothing, static, well = run_ranks(2, program)[0]
        self.assertIn("cannot serve 'output_hidden_states'", hidden)
        self.assertIn("cannot serve 'inputs_embeds'", embeds)
        self.assertIn("needs input_ids", nothing)
        self.assertIn("dynamic caches only, not StaticCache", static)
        self.assertEqual(well, "no error")

    def test_micro_batches_are_computed_at_the_same_time(self):
        """Rank 1 waits in the first micro-batch until rank 0 has begun the second, or for ever."""
        import multiprocessing

        from rank_group import run_ranks
        from tiny_models import padded_batch

        begun = multiprocessing.get_context("fork").Event()

        def program(rank):
            model = pipeline(2, chunks=2, rpc_timeout=30)
            calls = []

            def overlap(_module, _args):
                calls.append(1)
                if rank == 0 and len(calls) == 2:
                    begun.set()
                if rank == 1 and len(calls) == 1 and not begun.wait(20):
                    raise TimeoutError("rank 0 waits for the answer")

            model.transformer.h[0].register_forward_pre_hook(overlap)
            return tuple(model(**padded_batch()).logits.shape) if rank == 0 else None

        self.assertEqual(run_ranks(2, program)[0], (4, 7, 96))

    def test_half_precision_travels_as_it_is(self):
        """bfloat16, as large models have it."""
        import torch
        from rank_group import Context, run_ranks
        from tiny_models import padded_batch, tiny_model
        from ts.handler_utils.distributed.pt_pippy import get_pipeline_driver, initialize_rpc_workers

        def program(rank):
            context = Context({"pippy": {"chunks": 1}})
            initialize_rpc_workers(rank, 2, context)
            model = get_pipeline_driver(tiny_model("llama").to(torch.bfloat16), 2, context)
            return model(**padded_batch()).logits.float().tolist() if rank == 0 else None

        with torch.no_grad():
            whole = tiny_model("llama").to(torch.bfloat16)(**padded_batch()).logits.float()
        self.assertTrue(torch.equal(torch.tensor(run_ranks(2, program)[0]), whole))

    def test_caches_are_dropped_with_the_sequence_they_belong_to(self):
        """On every rank, with the next request."""
        from rank_group import run_ranks
        from tiny_models import padded_batch
        from ts.handler_utils.distributed import stage_loop

        def program(rank):
            import gc

            import torch.distributed as dist

            made = []
            original = stage_loop.Session.__init__

            def remember(self):
                import weakref

                original(self)
                made.append(weakref.ref(self))

            stage_loop.Session.__init__ = remember
            model = pipeline(2, rpc_timeout=30)
            if rank == 0:
                for _ in range(3):
                    model.generate(**padded_batch(), max_new_tokens=3, do_sample=False, pad_token_id=0)
                    gc.collect()
                model(**padded_batch(), use_cache=False)
            dist.barrier()
            gc.collect()
            return len(made), sum(each() is not None for each in made)

        for made, alive in run_ranks(2, program):
            self.assertEqual(made, 3)
            self.assertLessEqual(alive, 1)


if __name__ == "__main__":
    unittest.main()
