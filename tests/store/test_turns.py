"""Who came first goes first, and never more at once than there are places."""

import threading

import pytest

from compliance.store.turns import Turns


def wait_until(holds):
    done = threading.Event()
    while not holds():
        done.wait(0.001)


@pytest.mark.parametrize("most", [1, 2])
def test_who_came_first_goes_first(most):
    turns, leave, went = Turns(most), threading.Event(), []
    are_in = threading.Barrier(most + 1)

    def hold():
        with turns:
            are_in.wait(20)
            leave.wait(20)

    def go(name):
        with turns:
            went.append(name)

    holding = [threading.Thread(target=hold) for _ in range(most)]
    for each in holding:
        each.start()
    are_in.wait(20)
    queue = [threading.Thread(target=go, args=(name,)) for name in range(8)]
    for position, each in enumerate(queue):
        each.start()
        wait_until(lambda expected=position + 1: turns.waiting == expected)
    assert went == []
    leave.set()
    for each in (*holding, *queue):
        each.join()
    assert sorted(went) == list(range(8))
    if most == 1:
        assert went == list(range(8))


def test_no_more_are_in_at_once_than_there_are_places_and_one_may_enter_again():
    turns, lock = Turns(2), threading.Lock()
    now, most = [0], [0]

    def enter():
        for _ in range(200):
            with turns, turns:
                with lock:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                with lock:
                    now[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 <= most[0] <= 2
    assert turns.waiting == 0


def test_a_place_is_free_again_after_a_fault():
    turns = Turns(1)
    with pytest.raises(ValueError, match="inside"), turns:
        raise ValueError("inside")
    with turns:
        assert turns.waiting == 0


def test_who_has_waited_long_enough_goes_in_beside_and_hands_on_no_place():
    turns, leave, is_in = Turns(1, patience_s=0.02), threading.Event(), threading.Event()

    def hold():
        with turns:
            is_in.set()
            leave.wait(20)

    holding = threading.Thread(target=hold)
    holding.start()
    assert is_in.wait(20)
    with turns, turns:
        assert (holding.is_alive(), turns.waiting) == (True, 0)
    queue = threading.Thread(target=turns.__enter__)
    with turns:
        queue.start()
        wait_until(lambda: not queue.is_alive())
    assert not leave.is_set(), "all went in while the first was still there"
    leave.set()
    holding.join()
    with turns:
        assert turns._free == 0
    assert turns._free == 1
