"""What must not be in a log: whoever knows a push resource or its keys can send to the device, and with the server's key as the server."""
import base64
import sqlite3
from urllib.parse import urlsplit


def secrets(world):
    """(what, octets)."""
    for service in world.services:
        for subscription in service.subscriptions.values():
            yield "the path of a push resource", subscription.token.encode()
            yield "a subscriber's key", subscription.p256dh.encode()
            yield "a subscriber's secret", subscription.auth.encode()
        for request in service.sent_to():
            token = (request.header("authorization") or "").removeprefix("vapid t=").partition(",")[0]
            if token:
                yield "a signed token", token.encode()
    with sqlite3.connect(f"file:{world.server.store}?mode=ro", uri=True) as database:
        for purpose, value in database.execute("SELECT purpose, value FROM secret"):
            for text in (value.hex().encode(), base64.b64encode(value), base64.urlsafe_b64encode(value).rstrip(b"=")):
                yield f"the server's key ({purpose})", text


def check(world):
    log, found = world.server.log(), list(secrets(world))
    kinds = {what for what, _ in found}
    was_used = any(service.sent_to() for service in world.services)
    assert len(kinds) >= 6 or not was_used, f"only {kinds} were looked for"
    assert b" DEBUG " in log, "the log is not at debug level"
    for what, secret in found:
        where = log.find(secret)
        assert where < 0, f"the log holds {what}: {log[max(0, where - 200):where + 60]!r}"
