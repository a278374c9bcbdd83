import threading

from app.core.write_queue import FairLock


def test_fair_lock_serves_in_the_order_of_arrival() -> None:
    lock = FairLock()
    order: list[int] = []
    assert lock.acquire(1)

    def wait(number: int) -> None:
        assert lock.acquire(5)
        order.append(number)
        lock.release()

    threads = []
    for number in range(5):
        thread = threading.Thread(target=wait, args=(number,))
        thread.start()
        threads.append(thread)
        while len(lock._queue) <= number:
            pass
    lock.release()
    for thread in threads:
        thread.join(5)

    assert order == [0, 1, 2, 3, 4]


def test_fair_lock_gives_up_after_its_timeout() -> None:
    lock = FairLock()
    lock.acquire(1)

    assert lock.acquire(0.01) is False

    lock.release()
    assert lock.acquire(0.01) is True


def _wait_for(lock: FairLock, *, joins: bool) -> threading.Thread:
    waits = len(lock._queue)
    thread = threading.Thread(target=lock.acquire, args=(5,), kwargs={"joins": joins})
    thread.start()
    while len(lock._queue) == waits:
        pass
    return thread


def test_fair_lock_is_handed_over_to_one_who_joins() -> None:
    lock = FairLock()
    lock.acquire(1)
    assert lock.hand_over() is False
    joiner = _wait_for(lock, joins=True)

    assert lock.hand_over() is True

    joiner.join(5)
    assert lock.acquire(0.01) is False


def test_fair_lock_passes_over_nobody_to_find_one_who_joins() -> None:
    lock = FairLock()
    lock.acquire(1)
    threads = [_wait_for(lock, joins=False), _wait_for(lock, joins=True)]

    assert lock.hand_over() is False

    for thread in threads:
        lock.release()
        thread.join(5)
