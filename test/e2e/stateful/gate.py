"""Calls that wait for one another: `wait` until somebody sends `open`; `stream` sends pieces."""

import asyncio
import time

from ts.handler_utils.utils import send_intermediate_predict_response


class Gate:
    def initialize(self, context):
        self.gate = asyncio.Event()

    async def handle(self, data, context):
        word = bytes(data[0]["body"]).decode()
        if word == "open":
            self.gate.set()
        if word == "stream":
            for piece in ("one;", "two;"):
                send_intermediate_predict_response([piece], context.request_ids, "", 200, context)
                await asyncio.sleep(0)
        if word == "long":
            await asyncio.sleep(1.5)
        if word == "block":
            time.sleep(60)
        if word == "fail":
            raise ValueError("only this one")
        if word == "wait":
            await self.gate.wait()
        return [f"{word} done"]
