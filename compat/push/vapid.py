"""Judges `Authorization: vapid` (RFC 8292) with py-vapid, and what that library does not look at."""
import base64
import functools
import json
import re
from urllib.parse import urlsplit

# RFC 8292 section 2: a token must not be valid for more than a day.
LONGEST = 86400


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(authorization):
    """(token, key) of the header; None unless it has that form."""
    match = re.fullmatch(r"vapid t=([A-Za-z0-9_.-]+), ?k=([A-Za-z0-9_-]{87})", authorization or "")
    return match.groups() if match else None


def claims(authorization):
    token, _ = parts(authorization)
    return json.loads(decoded(token.split(".")[1]))


def judge(authorization, origin, now, sender=None):
    """None, or (status, broken rule)."""
    if authorization is None:
        return 401, "there is no Authorization"
    found = parts(authorization)
    if not found:
        return 401, "Authorization has not the form of RFC 8292 section 3"
    token, key = found
    if sender is not None and key != sender:
        return 403, "the key is not the one that the subscription was made with"
    if not _is_signed(token, key):
        return 403, "the signature is not that of the key"
    pieces = token.split(".")
    header, claims = (json.loads(decoded(piece)) for piece in pieces[:2])
    if header.get("alg") != "ES256" or header.get("typ") != "JWT" or len(decoded(pieces[2])) != 64:
        return 403, f"the token's header is {header}"
    if claims.get("aud") != origin:
        return 403, f"aud is {claims.get('aud')!r} instead of {origin!r}"
    expires = claims.get("exp")
    if type(expires) is not int or not now < expires <= now + LONGEST:
        return 403, f"exp is {expires!r} while it is {now:.0f}"
    subject = claims.get("sub", "")
    if not (re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", subject) or urlsplit(subject).scheme == "https"):
        return 403, f"sub is {subject!r}"
    return None


# One token is sent with many messages.
@functools.lru_cache(maxsize=64)
def _is_signed(token, key):
    from py_vapid import Vapid02, VapidException

    try:
        # The library takes no space behind the comma, which the RFC's own examples have.
        return bool(Vapid02.verify(f"vapid t={token},k={key}"))
    except (VapidException, ValueError):
        return False
