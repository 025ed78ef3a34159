"""Bodies of requests: whole up to a limit, or in parts; who sends nothing any more holds no thread."""

import asyncio

import pytest

from compliance.api.litestar import BodyTooLarge
from compliance.http.feeding import UploadBroken, fed, whole_body


async def sends(*parts, then_silence=False):
    for part in parts:
        yield part
    if then_silence:
        await asyncio.sleep(60)


def read(stream, **how):
    async def run():
        async with fed(stream, **how) as chunks:
            return await asyncio.to_thread(list, chunks)

    return asyncio.run(run())


def test_parts_come_in_their_order():
    assert read(sends(b"a", b"", b"b", *[b"c"] * 20)) == [b"a", b"b", *[b"c"] * 20]


def test_who_falls_silent_has_broken_off():
    with pytest.raises(UploadBroken):
        read(sends(b"a", then_silence=True), silence_s=0.1)


def test_a_whole_body_ends_at_its_limit():
    assert asyncio.run(whole_body(sends(b"abc", b"def"), 6, BodyTooLarge)) == b"abcdef"
    with pytest.raises(BodyTooLarge) as refused:
        asyncio.run(whole_body(sends(b"abc", b"def", then_silence=True), 5, BodyTooLarge))
    assert [each.code for each in refused.value.problems] == ["body-too-large"]
