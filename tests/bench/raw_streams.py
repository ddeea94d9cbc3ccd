"""raw_streams FILE: two processes each send as many bytes as FILE has to two others.

What an exchange of 2 senders and 2 receivers is measured against: through AF_UNIX streams, in pieces
of 1 MiB, the fastest that this kernel moves between processes. Nothing is read from FILE,
partitioned, framed or looked at.
"""
import os
import socket
import sys

PIECE = 1 << 20


def send(to: socket.socket, size: int) -> None:
    piece = memoryview(bytearray(PIECE))
    while size > 0:
        to.sendall(piece[:size])
        size -= PIECE


def receive(source: socket.socket) -> None:
    piece = bytearray(PIECE)
    while source.recv_into(piece):
        pass


def main() -> None:
    size = os.path.getsize(sys.argv[1])
    children = []
    for _ in range(2):
        left, right = socket.socketpair()
        for side, work in ((left, lambda end: send(end, size)), (right, receive)):
            child = os.fork()
            if child == 0:
                (right if side is left else left).close()
                work(side)
                side.close()
                os._exit(0)
            children.append(child)
        left.close()
        right.close()
    statuses = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(any(statuses))


main()
