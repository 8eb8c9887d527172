"""A server on this machine that spoils a download in a chosen way."""

import http.server
import threading
import time


class Server(http.server.ThreadingHTTPServer):
    """Serve `content` by path; each fault in `faults` spoils one request, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.faults, self.asked = {}, [], []
        self.ranges = True
        self.closing = threading.Event()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, *_):
        """A client that hangs up is what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        """Keep the test output clean."""

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content_Length": len(body), **headers}.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        server, path = self.server, self.path.lstrip("/")
        asked = self.headers.get("Range")
        server.asked.append((path, asked))
        fault = server.faults.pop(0) if server.faults else None
        body = server.content.get(path)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if fault is not None:
            fault(self, body)
        elif body is None:
            self.send_error(404)
        elif not (asked and server.ranges):
            self.answer(200, body)
        elif start >= len(body):
            self.send_error(416)
        else:
            extent = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self.answer(206, body[start:], Content_Range=extent)


def busy(handler, body):
    handler.send_error(503)


def cut(handler, body):
    handler.answer(200, body[:3000], Content_Length=len(body))


def cut_without_length(handler, body):
    handler.answer(200, body[:3000], Content_Length=None)


def stall(handler, body):
    cut(handler, body)
    handler.server.closing.wait(5)


def silence(handler, body):
    handler.server.closing.wait(5)


def hang_up(handler, body):
    handler.close_connection = True


def page(handler, body):
    handler.answer(200, b"<html>Please log in to the network</html>")


def other_part(handler, body):
    handler.answer(206, body[:3000], Content_Range=f"bytes 0-2999/{len(body)}")


def endless(handler, body):
    handler.answer(200, bytes(3 << 20))


def trickle(handler, body):
    handler.answer(200, b"", Content_Length=len(body))
    for byte in body:
        if handler.server.closing.wait(0.02):
            return
        handler.wfile.write(bytes([byte]))


def slow(handler, body):
    handler.answer(200, b"", Content_Length=len(body))
    for start in range(0, len(body), 2000):
        handler.wfile.write(body[start : start + 2000])
        time.sleep(0.05)
