# A webhook that fails first: answers the statuses given, then 200, and writes each body as a line to a file.
import http.server
import sys

statuses = [int(status) for status in sys.argv[2].split(",") if status]


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status = statuses.pop(0) if statuses else 200
        with open(sys.argv[1], "a") as log:
            log.write(f"{status} {self.headers['Content-Type']} {body}\n")
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
print(server.server_port, flush=True)
server.serve_forever()
