"""Requests side by side in a real worker process."""

from __future__ import annotations

import unittest

from worker_process import WorkerProcess

HANDLER = """
import asyncio
from ts.handler_utils.utils import send_intermediate_predict_response

class Handler:
    def initialize(self, context):
        # As handlers do that make queues and engines before any loop runs.
        self.events = asyncio.get_event_loop()
        self.gate = asyncio.Event()
        context.shared = "from initialize"

    async def handle(self, data, context):
        word = bytes(data[0]["body"]).decode()
        self.same_loop = asyncio.get_running_loop() is self.events
        seen = getattr(context, "mark", None)
        context.mark = word
        return await getattr(self, word.split()[0])(context, seen)

    async def wait(self, context, seen):
        await self.gate.wait()
        return ["%s %s %s" % (context.get_request_id(0), seen, context.mark)]

    async def open(self, context, seen):
        self.gate.set()
        return ["%s %s %s" % (context.shared, self.same_loop, list(context.metrics.request_ids.values()))]

    async def stream(self, context, seen):
        for piece in ("one", "two"):
            send_intermediate_predict_response([piece], context.request_ids, "ok", 200, context)
            await asyncio.sleep(0)
        return ["end"]

    async def fail(self, context, seen):
        raise ValueError("only this one")

    async def text(self, context, seen):
        return "no list"

    async def forever(self, context, seen):
        print("forever begins", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            print("forever was interrupted", flush=True)

    async def cancelled(self, context, seen):
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task

    async def exit(self, context, seen):
        raise SystemExit(7)
"""
SIDE_BY_SIDE = {"asyncCommunication": True}


def start(source=HANDLER, **config):
    return WorkerProcess(source, header={**SIDE_BY_SIDE, "modelConfig": config})


def answered(worker, count):
    """The next so many DONE frames."""
    return [worker.until("DONE")[-1] for _ in range(count)]


class SideBySide(unittest.TestCase):
    def test_answers_each_when_it_is_done(self):
        with start() as worker:
            waiting = [worker.send_batch(b"wait"), worker.send_batch(b"wait")]
            opening = worker.send_batch(b"open")
            done = answered(worker, 3)
            self.assertEqual([each["id"] for each in done], [opening, *waiting])
            self.assertEqual(done[1]["body"], b"request-%d-0 None wait" % waiting[0])
            self.assertEqual([each["header"]["credits"] for each in done], [1, 1, 1])

    def test_gives_each_call_a_context_of_its_own_on_the_loop_that_initialize_saw(self):
        with start() as worker:
            self.assertEqual(worker.ask(b"open")[0][1], b"from initialize True ['request-1-0']")
            self.assertEqual(worker.ask(b"wait")[0][1], b"request-2-0 None wait")

    def test_grants_as_many_credits_as_requests_may_be_under_way(self):
        with WorkerProcess(HANDLER, load=False, header=SIDE_BY_SIDE) as worker:
            self.assertEqual(worker.load()["header"], {"credits": 1024})
        with WorkerProcess(
            HANDLER, load=False, header={**SIDE_BY_SIDE, "modelConfig": {"batchesInFlight": 3}}
        ) as worker:
            self.assertEqual(worker.load()["header"], {"credits": 3})

    def test_streams(self):
        with start() as worker:
            worker.send_batch(b"stream")
            *pieces, done = worker.until("DONE")
            self.assertEqual([piece["body"] for piece in pieces], [b"one", b"two"])
            self.assertEqual(done["body"], b"end")
            self.assertEqual(done["header"]["answers"][0]["headers"], {"ts_stream_next": "false"})

    def test_one_that_fails_leaves_the_others_alone(self):
        with start() as worker:
            waiting = worker.send_batch(b"wait")
            for word, error in (
                (b"fail", "Prediction failed"),
                (b"text", "Invalid model predict output"),
                (b"cancelled", "Prediction failed"),
            ):
                answer, _ = worker.ask(word)[0]
                self.assertEqual((answer["status"], answer["error"]), (503, error))
            worker.send_batch(b"open")
            self.assertEqual([done["id"] for done in answered(worker, 2)], [5, waiting])

    def test_interrupts_the_handler_when_the_client_has_gone(self):
        with start() as worker:
            batch = worker.send_batch(b"forever")
            worker.printed("forever begins")
            worker.send("CANCEL", batch, {"jobs": [0]})
            answer = worker.until("DONE")[-1]["header"]["answers"][0]
            self.assertEqual(answer["status"], 499)
            worker.printed("forever was interrupted")

    def test_does_not_begin_what_was_cancelled_at_once(self):
        with start() as worker:
            worker.send("CANCEL", 99, {"jobs": [0]})
            for _ in range(20):
                batch = worker.send_batch(b"forever")
                worker.send("CANCEL", batch, {"jobs": [0]})
                self.assertEqual(worker.until("DONE")[-1]["header"]["answers"][0]["status"], 499)

    def test_says_that_it_lives_while_a_call_waits(self):
        with start() as worker:
            worker.send_batch(b"wait")
            self.assertEqual([worker.read()["type"], worker.read()["type"]], ["ALIVE", "ALIVE"])

    def test_calls_a_handler_that_is_not_async(self):
        source = "def handle(data, context):\n    return None if data is None else ['plain']\n"
        with start(source) as worker:
            self.assertEqual(worker.ask(b"x")[0][1], b"plain")

    def test_finishes_what_is_under_way_when_told_to_leave(self):
        with start() as worker:
            worker.send_batch(b"wait")
            worker.send_batch(b"open")
            worker.send("BYE", 0, {})
            self.assertEqual([done["id"] for done in answered(worker, 2)], [2, 1])
            self.assertIsNone(worker.read())
            self.assertEqual(worker.wait(), 0)

    def test_ends_with_the_connection_and_with_a_handler_that_exits(self):
        with start() as worker:
            worker.send_batch(b"forever")
            worker.printed("forever begins")
            worker.connection.close()
            worker.wait()
        with start() as worker:
            worker.send_batch(b"exit")
            self.assertEqual(worker.wait(), 7)


if __name__ == "__main__":
    unittest.main()
