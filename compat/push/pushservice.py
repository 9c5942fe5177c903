"""A push service (RFC 8030) that is as strict as those in use, answers as it is told, and keeps everything it is sent.

    with Authority(folder) as authority, PushService(authority) as service:
        subscription = service.subscribe()
        service.script(subscription.token, Answer(503), Answer(429, {"Retry-After": "3"}))   # and then 201
        ... register subscription.url, .p256dh and .auth ...
        [request] = service.wait(subscription.token, 1)
        print(request.message())

Each service is one origin; make several for several. Run as a program it serves one subscription and prints what arrives.
"""
import asyncio
import base64
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

import vapid

# What every service must take (RFC 8030 section 7.2).
LONGEST_BODY = 4096
# The longest that services in use store a message.
LONGEST_TTL = 30 * 86400
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = ("very-low", "low", "normal", "high")


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Authority:
    """A certification authority of its own, made by openssl: `certificate` is the PEM file to trust."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.certificate, self._key = self._path("ca.pem"), self._path("ca.key")
        if not os.path.exists(self.certificate):
            self._openssl("req", "-x509", *self._new_key(self._key), "-out", self.certificate, "-days", "3650",
                          "-subj", "/CN=Authority of a fake push service", "-addext", "keyUsage=critical,keyCertSign")

    def issue(self, hosts):
        """A server's TLS settings, with a certificate for names and addresses."""
        name = self._path(base64url(os.urandom(6)))
        request, extensions = name + ".csr", name + ".ext"
        names = ",".join(("IP:" if re.fullmatch(r"[0-9.]+|.*:.*", host) else "DNS:") + host for host in hosts)
        with open(extensions, "w") as file:
            file.write(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        self._openssl("req", "-new", *self._new_key(name + ".key"), "-out", request, "-subj", "/CN=push")
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial",
                      "-days", "3650", "-extfile", extensions, "-out", name + ".pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(name + ".pem", name + ".key")
        return context

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _new_key(self, path):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path]

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL)


@dataclass
class Answer:
    """What one request is answered, and how badly."""
    status: int = 201
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    # Of a body that is made up as it is sent: how many octets.
    size: int = 0
    # Seconds before the answer, and between the octets of its body.
    delay: float = 0
    drip: float = 0
    # "" or: "hang", "close" (without an answer), "middle" (closes within the answer's head), and in HTTP/2 "goaway", "reset".
    fault: str = ""
    # Answers as told even where a rule was broken.
    lies: bool = False


@dataclass
class Request:
    """What was sent, and what became of it."""
    token: str
    method: str
    headers: list
    body: bytes
    version: str
    # Of the monotonic clock.
    time: float
    subscription: object = None
    status: int = 0
    # The rule that it broke, in words.
    refusal: str = ""
    # Octets of the answer's body that went out, and whether the other side ended the connection meanwhile.
    sent: int = 0
    was_cut: bool = False

    def header(self, name):
        values = [value for known, value in self.headers if known == name]
        return ", ".join(values) if values else None

    def plaintext(self, keys=None):
        import http_ece  # Benchmarks do without it.

        keys = keys or self.subscription.keys
        return http_ece.decrypt(self.body, private_key=keys.private, auth_secret=keys.secret, version="aes128gcm")

    def message(self, keys=None):
        """The push message, decrypted and judged."""
        import messages

        return messages.PushMessage.read(self.plaintext(keys))


class Keys:
    """A receiver's keys (RFC 8291 section 2)."""

    def __init__(self):
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = base64url(point), base64url(self.secret)


class SharedKeys:
    """Those of RFC 8291 section 5, where nobody decrypts."""
    p256dh = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    auth = "BTBZMqHH6r4Tts7J_aSIgg"


@dataclass
class Subscription:
    token: str
    url: str
    keys: object
    # The server's key that alone may send (RFC 8292 section 4); None: any key.
    sender: str = None

    @property
    def p256dh(self):
        return self.keys.p256dh

    @property
    def auth(self):
        return self.keys.auth


class PushService:
    """One origin. Everything public may be called from any thread."""

    def __init__(self, authority, host="127.0.0.1", *, strict=True, versions=("h2", "http/1.1"), tls=True, port=0):
        self.host, self.strict = host, strict
        self.requests = []
        # Seconds that the sender's clock is ahead.
        self.ahead = 0
        self.subscriptions = {}
        self.connections = 0
        self._scripts = defaultdict(deque)
        self._defaults = {}
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._open = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._versions, self._tls, self._context = list(versions), tls, None
        self.port = port
        if tls:
            self.trust(authority)
        self.listen()

    @property
    def origin(self):
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def trust(self, authority):
        """Has a certificate of that authority from the next `listen` on."""
        self._context = authority.issue([self.host])
        self._context.set_alpn_protocols(self._versions)

    def listen(self):
        """Begins to listen, again after `shut`."""
        address = self.host if re.fullmatch(r"[0-9.]+", self.host) else "127.0.0.1"
        self._server = self._run(self._loop.create_server(
            lambda: _Connection(self), address, self.port, ssl=self._context, backlog=1000))
        self.port = self._server.sockets[0].getsockname()[1]

    def shut(self):
        """Refuses connections, and ends those there are."""

        async def shut():
            self._server.close()
            for connection in list(self._open):
                connection.transport.abort()

        self._run(shut())

    def hang_up(self):
        """Ends the connections there are, as a service does that restarts."""

        async def hang_up():
            for connection in list(self._open):
                connection.transport.abort()

        self._run(hang_up())

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def subscribe(self, keys=None, sender=None):
        token = secrets.token_urlsafe(16)
        subscription = Subscription(token, f"{self.origin}/p/{token}", keys or Keys(), sender)
        self.subscriptions[token] = subscription
        return subscription

    def forget(self, token):
        """The subscription is no more."""
        del self.subscriptions[token]

    def script(self, token, *answers, then=None):
        """What the next requests are answered, one each, and what those after them are: 201 unless `then` is given."""
        with self._changed:
            self._scripts[token] = deque(answers)
            if then:
                self._defaults[token] = then
            else:
                self._defaults.pop(token, None)

    def sent_to(self, token=None):
        with self._changed:
            return [request for request in self.requests if token is None or request.token == token]

    def wait(self, token, count, timeout=20):
        """The requests to a subscription, once they are `count`; AssertionError if they do not come to be."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = [request for request in self.requests if token is None or request.token == token]
                left = deadline - time.monotonic()
                if len(found) >= count:
                    return found
                assert left > 0, f"{len(found)} instead of {count} requests within {timeout} s, answered {[r.status for r in found]}"
                self._changed.wait(left)

    # What follows runs in the loop.

    def answer(self, request):
        """Judges a request and keeps it."""
        subscription = request.subscription = self.subscriptions.get(request.token)
        try:
            request.status, request.refusal = self._judge(request, subscription)
        except Exception as error:
            request.status, request.refusal = 500, f"it cannot be judged: {error!r}"
        with self._changed:
            script = self._scripts.get(request.token)
            told = script.popleft() if script else self._defaults.get(request.token)
            self.requests.append(request)
            self._changed.notify_all()
        if told is None or (request.refusal and not told.lies):
            answer = Answer(request.status)
        else:
            answer = told
        if answer.status == 201 and "Location" not in answer.headers:
            answer = Answer(**{**vars(answer), "headers": {
                "Location": f"{self.origin}/m/{len(self.requests)}", "TTL": request.header("ttl") or "0", **answer.headers}})
        request.status = answer.status
        if request.refusal:
            answer.body = answer.body or json.dumps({"errno": request.status, "message": request.refusal}).encode()
        return answer

    def _judge(self, request, subscription):
        """(status, broken rule): the rules of Mozilla's service, which is the strictest of those in use."""
        if request.method != "POST":
            return 405, "the method is not POST"
        if subscription is None:
            return 404, "there is no such subscription"
        if not self.strict:
            return 201, ""
        for broken in (self._framing(request), self._fields(request)):
            if broken:
                return broken
        return vapid.judge(request.header("authorization"), self.origin, time.time() + self.ahead, subscription.sender) or (201, "")

    def _framing(self, request):
        body = request.body
        if len(body) > LONGEST_BODY:
            return 413, f"the body has {len(body)} octets"
        if not body:
            return None
        names = [name for name, _ in request.headers]
        if [value for name, value in request.headers if name == "content-encoding"] != ["aes128gcm"]:
            return 400, "there is not exactly one Content-Encoding, aes128gcm"
        if "crypto-key" in names or "encryption" in names:
            return 400, "Crypto-Key and Encryption belong to an older coding"
        if len(body) < 86 + 17:
            return 400, "the body is too short for a header and a record"
        # RFC 8188 section 2.1: salt, record size, length of the key's name, its name.
        record_size, name_length = int.from_bytes(body[16:20]), body[20]
        if record_size != 4096 or name_length != 65 or body[21] != 4:
            return 400, f"a record size of {record_size} or a key of {name_length} octets is not what receivers take"
        return None

    def _fields(self, request):
        ttl = request.header("ttl")
        if ttl is None or not re.fullmatch("[0-9]+", ttl) or int(ttl) > LONGEST_TTL:
            return 400, f"TTL is {ttl!r}"
        topic = request.header("topic")
        if topic is not None and not TOPIC.fullmatch(topic):
            return 400, f"Topic is {topic!r}"
        urgency = request.header("urgency")
        if urgency is not None and urgency not in URGENCIES:
            return 400, f"Urgency is {urgency!r}"
        return None


class _Connection(asyncio.Protocol):
    """One connection, of HTTP/1.1 or HTTP/2 as was agreed on."""

    def __init__(self, service):
        self.service = service
        self.may_write = asyncio.Event()
        self.may_write.set()

    def connection_made(self, transport):
        self.transport = transport
        self.service.connections += 1
        self.service._open.add(self)
        tls = transport.get_extra_info("ssl_object")
        self.http = (_HTTP2 if tls and tls.selected_alpn_protocol() == "h2" else _HTTP1)(self)

    def data_received(self, data):
        self.http.receive(data)

    def connection_lost(self, _):
        self.service._open.discard(self)
        self.may_write.set()
        self.http.lost()

    def pause_writing(self):
        self.may_write.clear()

    def resume_writing(self):
        self.may_write.set()

    @property
    def is_lost(self):
        return self.transport.is_closing()


def _token(path):
    return path.removeprefix("/p/")


def _filler(answer):
    """The pieces of the body."""
    if not answer.size:
        pieces = [answer.body] if answer.body else []
        return [bytes([octet]) for piece in pieces for octet in piece] if answer.drip else pieces
    length = 1 if answer.drip else 65536
    return (bytes(min(length, answer.size - start)) for start in range(0, answer.size, length))


class _HTTP1:
    """RFC 9112, as far as a client that sends one request after the other makes use of it."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = bytearray()
        self.task = None

    def receive(self, data):
        self.buffer += data
        self.proceed()

    def lost(self):
        if self.task:
            self.task.cancel()

    def proceed(self):
        while self.task is None and (request := self.take()):
            answer = self.connection.service.answer(request)
            if answer.delay or answer.drip or answer.size or answer.fault:
                self.task = asyncio.get_running_loop().create_task(self.send_slowly(request, answer))
                self.task.add_done_callback(lambda _: self.finished())
            else:
                self.connection.transport.write(self.head(answer, len(answer.body)) + answer.body)

    def finished(self):
        self.task = None
        self.proceed()

    def take(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        length = next((int(value) for name, value in headers if name == "content-length"), 0)
        if len(self.buffer) < end + 4 + length:
            return None
        body = bytes(self.buffer[end + 4:end + 4 + length])
        del self.buffer[:end + 4 + length]
        method, path, _ = lines[0].split(" ")
        return Request(_token(path), method, headers, body, "1.1", time.monotonic())

    def head(self, answer, length):
        headers = {"Content-Length": length, **answer.headers}
        return (f"HTTP/1.1 {answer.status} Told\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n").encode()

    async def send_slowly(self, request, answer):
        transport = self.connection.transport
        await asyncio.sleep(answer.delay)
        match answer.fault:
            case "hang":
                return await asyncio.sleep(3600)
            case "close" | "goaway" | "reset":
                return transport.abort()
            case "middle":
                transport.write(b"HTTP/1.1 20")
                return transport.close()
        transport.write(self.head(answer, answer.size or len(answer.body)))
        try:
            for piece in _filler(answer):
                await self.connection.may_write.wait()
                if self.connection.is_lost:
                    request.was_cut = True
                    return
                transport.write(piece)
                request.sent += len(piece)
                await asyncio.sleep(answer.drip)
        except asyncio.CancelledError:
            request.was_cut = True
            raise


class _HTTP2:
    """RFC 9113, by the library h2."""

    def __init__(self, connection):
        import h2.config
        import h2.connection

        self.connection = connection
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.streams, self.bodies, self.tasks = {}, {}, {}
        self.window = asyncio.Event()
        self.flush()

    def flush(self):
        if not self.connection.is_lost:
            self.connection.transport.write(self.h2.data_to_send())

    def lost(self):
        for task in self.tasks.values():
            task.cancel()
        self.window.set()

    def receive(self, data):
        import h2.events
        import h2.exceptions

        try:
            events = self.h2.receive_data(data)
        except h2.exceptions.ProtocolError:
            self.flush()
            return self.connection.transport.close()
        for event in events:
            match event:
                case h2.events.RequestReceived():
                    self.streams[event.stream_id], self.bodies[event.stream_id] = event.headers, bytearray()
                case h2.events.DataReceived():
                    self.bodies[event.stream_id] += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                case h2.events.StreamEnded():
                    self.begin(event.stream_id)
                case h2.events.StreamReset():
                    if task := self.tasks.get(event.stream_id):
                        task.cancel()
                case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                    self.window.set()
                case h2.events.ConnectionTerminated():
                    self.connection.transport.close()
        self.flush()

    def begin(self, stream):
        headers = self.streams.pop(stream)
        pseudo = dict(headers)
        request = Request(_token(pseudo[":path"]), pseudo[":method"], [h for h in headers if not h[0].startswith(":")],
                          bytes(self.bodies.pop(stream)), "2", time.monotonic())
        answer = self.connection.service.answer(request)
        task = self.tasks[stream] = asyncio.get_running_loop().create_task(self.send(stream, request, answer))
        task.add_done_callback(lambda _: self.tasks.pop(stream, None))

    async def send(self, stream, request, answer):
        import h2.errors
        import h2.exceptions

        try:
            await asyncio.sleep(answer.delay)
            match answer.fault:
                case "hang":
                    return await asyncio.sleep(3600)
                case "close" | "middle":
                    return self.connection.transport.abort()
                case "goaway":
                    # It says that this request was not looked at.
                    self.h2.close_connection(last_stream_id=0)
                    self.flush()
                    return self.connection.transport.close()
                case "reset":
                    self.h2.reset_stream(stream, h2.errors.ErrorCodes.INTERNAL_ERROR)
                    return self.flush()
            pieces = list(_filler(answer)) if not answer.size else _filler(answer)
            headers = [(":status", str(answer.status)), *((k.lower(), str(v)) for k, v in answer.headers.items())]
            self.h2.send_headers(stream, headers, end_stream=not pieces)
            self.flush()
            if not pieces:
                return
            for piece in pieces:
                await self.send_piece(stream, request, piece)
                await asyncio.sleep(answer.drip)
            self.h2.end_stream(stream)
            self.flush()
        except (asyncio.CancelledError, h2.exceptions.ProtocolError, ConnectionError):
            request.was_cut = True

    async def send_piece(self, stream, request, piece):
        while piece:
            if self.connection.is_lost:
                raise ConnectionError
            await self.connection.may_write.wait()
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size, len(piece))
            if room <= 0:
                self.window.clear()
                await self.window.wait()
                continue
            self.h2.send_data(stream, piece[:room])
            request.sent += room
            piece = piece[room:]
            self.flush()


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "push-service"
    authority = Authority(folder)
    with PushService(authority) as service:
        subscription = service.subscribe()
        print(json.dumps({"trust": authority.certificate, "url": subscription.url, "p256dh": subscription.p256dh,
                          "auth": subscription.auth}), flush=True)
        count = 0
        while True:
            count += 1
            request = service.wait(subscription.token, count, timeout=float("inf"))[-1]
            print(json.dumps({"status": request.status, "refusal": request.refusal, "headers": dict(request.headers),
                              "message": request.plaintext().decode()}), flush=True)


if __name__ == "__main__":
    main()
