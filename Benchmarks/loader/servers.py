"""Web servers on free ports of 127.0.0.1: nginx as fast as it goes, and one with a latency and a rate."""
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    def __init__(self, folder, work):
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.port = free_port()
        os.makedirs(work)
        paths = " ".join(f"{kind}_temp_path {work}/{kind};" for kind in
                         ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        config = os.path.join(work, "nginx.conf")
        with open(config, "w") as file:
            file.write(f"worker_processes 1; daemon off; pid {work}/pid; error_log {work}/error.log;\n"
                       f"events {{ worker_connections 512; }}\n"
                       f"http {{ access_log off; sendfile on; {paths}\n"
                       f"server {{ listen 127.0.0.1:{self.port}; root {folder}; }} }}\n")
        self.process = subprocess.Popen([program, "-p", work, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}/"
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("nginx does not answer")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class SlowServer:
    """Each answer begins after `latency` seconds; each connection moves at most `rate` bytes a second."""

    def __init__(self, folder, latency, rate):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                self.answer(body=False)

            def do_GET(self):
                self.answer(body=True)

            def answer(self, body):
                time.sleep(latency)
                path = os.path.join(folder, self.path.lstrip("/").split("?")[0])
                if not os.path.isfile(path):
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                size = os.path.getsize(path)
                first, last, status = 0, size - 1, 200
                wanted = self.headers.get("Range", "")
                if wanted.startswith("bytes="):
                    begin, _, end = wanted[6:].partition("-")
                    first, last, status = int(begin), min(int(end or last), size - 1), 206
                self.send_response(status)
                self.send_header("Content-Length", str(last - first + 1))
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("ETag", f'"{size:x}-{os.stat(path).st_mtime_ns:x}"')
                if status == 206:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
                self.end_headers()
                if body:
                    self.send_body(path, first, last + 1)

            def send_body(self, path, offset, end):
                start, begin = time.monotonic(), offset
                piece = max(1, rate // 20)
                with open(path, "rb") as file:
                    while offset < end:
                        count = min(piece, end - offset)
                        # A slow line delivers a piece once its last byte is through.
                        due = start + (offset + count - begin) / rate
                        time.sleep(max(0, due - time.monotonic()))
                        sent = os.sendfile(self.connection.fileno(), file.fileno(), offset, count)
                        offset += sent

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
