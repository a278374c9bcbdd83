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
