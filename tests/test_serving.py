import socket

import pytest

from app.serving import PortTaken, listen


def test_a_taken_port_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken) as refusal:
            listen("127.0.0.1", port)

    assert str(refusal.value) == (
        f"Port {port} is taken: is Ledtråd running already? Stop that one, or choose another port with --port."
    )


def test_a_free_port_is_bound() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=5):
        assert listener.getsockname()[0] == "127.0.0.1"
