"""What the origins and webhooks of the Python tests share."""

import os
import socket
import threading


class Listener(threading.Thread):
    """A server on a socket of its own, with a thread for each connection, for
    whom `serve` is called; its end may be that nginx's process is killed, or
    has given up."""

    def __init__(self, path, serve, timeout=None):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.socket.listen(256)
        self.serve = serve
        self.timeout = timeout          # seconds, for each piece
        self.start()

    def run(self):
        while True:
            one = self.socket.accept()[0]
            threading.Thread(target=self.guarded, args=(one,),
                             daemon=True).start()

    def guarded(self, one):
        with one:
            one.settimeout(self.timeout)
            try:
                self.serve(one)
            except OSError:
                pass
