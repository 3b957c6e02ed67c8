"""Calls of async handlers, without a process around them."""

from __future__ import annotations

import asyncio
import unittest

from ts.service import Service as LoadedModel
from ts.worker.async_service import AsyncService


class Metrics:
    request_ids = None


def job(job_id, body=b""):
    return {
        "id": job_id,
        "verb": "predict",
        "headers": {},
        "parts": [{"name": "body", "type": "", "size": len(body)}],
    }


def service(entry_point):
    model = LoadedModel("m", "/", {}, entry_point, None, 1, metrics_cache=Metrics())
    return AsyncService(model, True, 100)


class Calls(unittest.TestCase):
    def test_have_their_own_requests_however_they_take_turns(self):
        async def handle(data, context):
            context.mark = bytes(data[0]["body"]).decode()
            await asyncio.sleep(0)
            return [
                " ".join([context.mark, context.get_request_id(0), *context.metrics.request_ids.values()])
            ]

        async def both(calls):
            return await asyncio.gather(
                calls.answer([job("1", b"a")], b"a", None), calls.answer([job("2", b"b")], b"b", None)
            )

        calls = service(handle)
        results = asyncio.run(both(calls))
        self.assertEqual([result.bodies for result in results], [[b"a 1 1"], [b"b 2 2"]])
        self.assertFalse(hasattr(calls.context, "mark"))
        self.assertIsNone(calls.context.metrics.request_ids)

    def test_share_what_the_context_holds(self):
        async def handle(data, context):
            context.seen.append(context.get_request_id(0))
            return [str(len(context.seen))]

        calls = service(handle)
        calls.context.seen = []
        for expected in (b"1", b"2"):
            self.assertEqual(asyncio.run(calls.answer([job("x")], bytearray(), None)).bodies, [expected])

    def test_get_where_their_pieces_go(self):
        calls = service(lambda data, context: [context.cl_socket])
        self.assertEqual(asyncio.run(calls.answer([job("x")], bytearray(), "sink")).bodies, [b"sink"])


if __name__ == "__main__":
    unittest.main()
