"""A mail server that takes everything and keeps nothing. Run as `python -m tests.bench.sink PORT`.

A thread for each connection and no look at what a mail says, so that what is measured is who sends.
"""

import socket
import sys
import threading


def _take(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        connection.sendall(b"220 sink\r\n")
        while command := connection.recv(4096):
            word = command[:4].upper()
            if word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                if not _read_mail(connection):
                    return
            connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
            if word == b"QUIT":
                return


def _read_mail(connection: socket.socket) -> bool:
    """Read up to the line with only a dot; False when the sender hangs up before it."""
    end = b""
    while not end.endswith(b"\r\n.\r\n"):
        chunk = connection.recv(65536)
        if not chunk:
            return False
        end = (end + chunk)[-5:]
    return True


def _serve(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_take, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
