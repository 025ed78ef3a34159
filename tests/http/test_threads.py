"""Who waits for one thing keeps nobody waiting for another."""

import asyncio
import threading

import pytest

from compliance.http.threads import Threads


@pytest.fixture
def threads(request):
    made = Threads(2, looks=request.param)
    yield made
    made.end()


def name_of_thread():
    return threading.current_thread().name.partition("_")[0]


@pytest.mark.parametrize(("threads", "name"), [(2, "look"), (None, "deed")], indirect=["threads"])
def test_reads_have_threads_of_their_own_where_reading_is_work_of_this_process(threads, name):
    async def ask():
        return [await run(name_of_thread) for run in (threads.run, threads.run_look, threads.run_upload)]

    assert asyncio.run(ask()) == ["deed", name, "upload"]


@pytest.mark.parametrize("threads", [2], indirect=True)
def test_reads_go_on_while_every_writer_waits(threads):
    go_on = threading.Event()

    async def ask():
        writing = [asyncio.ensure_future(threads.run(go_on.wait, 20)) for _ in range(4)]
        read = [await threads.run_look(str.upper, each) for each in "abc"]
        go_on.set()
        return read, [await each for each in writing]

    assert asyncio.run(ask()) == (["A", "B", "C"], [True] * 4)


@pytest.mark.parametrize("threads", [1], indirect=True)
def test_what_a_deed_raises_comes_back(threads):
    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(threads.run_look(int, "x"))


def test_reads_take_turns():
    threads, go_on = Threads(2, looks=2, patience_s=20), threading.Event()
    begun, inside, most = [], [], []

    def read(each):
        begun.append(each)
        inside.append(each)
        most.append(len(inside))
        is_told = go_on.wait(20)
        inside.remove(each)
        return is_told

    def until_one_waits():
        while not (begun and threads._in_turn.waiting):
            go_on.wait(0.001)

    async def ask():
        reads = [asyncio.ensure_future(threads.run_look(read, each)) for each in range(6)]
        await threads.run(until_one_waits)
        assert begun == [0], "the second thread waits for its turn"
        go_on.set()
        return await asyncio.gather(*reads)

    assert asyncio.run(ask()) == [True] * 6
    assert (sorted(begun), set(most)) == (list(range(6)), {1})
    threads.end()


@pytest.mark.parametrize("threads", [2], indirect=True)
def test_no_read_waits_for_one_that_takes_long(threads):
    go_on = threading.Event()

    async def ask():
        long = asyncio.ensure_future(threads.run_look(go_on.wait, 20))
        beside = [await threads.run_look(str.upper, each) for each in "ab"]
        assert not long.done()
        go_on.set()
        return beside, await long

    assert asyncio.run(ask()) == (["A", "B"], True)
