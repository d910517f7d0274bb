"""python3 verify.py <key set URL> <issuer> <audience> < assertion  (PyJWT with cryptography)"""
import base64
import json
import sys

import jwt

url, issuer, audience = sys.argv[1:4]
assertion = sys.argv[4] if len(sys.argv) > 4 else sys.stdin.read().strip()

# Make this once in a program: it keeps the keys for five minutes, and fetches them again when a new kid turns up.
keys = jwt.PyJWKClient(url)


def once(pairs):
    """An object whose names differ: readers of JSON disagree on which of two equal names counts."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise jwt.InvalidTokenError("a name twice")
    return dict(pairs)


def read(part):
    """The object in a part of the assertion."""
    value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), object_pairs_hook=once)
    if not isinstance(value, dict):
        raise jwt.InvalidTokenError("not an object")
    return value


try:
    # A reading to find the key by; nothing in it is believed before the signature has been checked.
    header = read(assertion.split(".")[0])
    # crit names extensions that must be understood (RFC 7515 4.1.11); there are none.
    if header.get("typ") != "mfa+jwt" or not isinstance(header.get("kid"), str) or "crit" in header:
        raise jwt.InvalidTokenError("not an assertion of the gateway")
    claims = jwt.decode(
        assertion,
        keys.get_signing_key(header["kid"]).key,
        algorithms=["ES256"],
        issuer=issuer,
        audience=audience,
        leeway=30,
        options={"require": ["iss", "aud", "sub", "iat", "nbf", "exp"]},
    )
    # The library converts what is nearly a number, and reads names that occur twice.
    stated = read(assertion.split(".")[1])
    if any(type(stated[name]) is not int or not 0 <= stated[name] < 2**53 for name in ("iat", "nbf", "exp")) or not isinstance(stated["sub"], str):
        raise jwt.InvalidTokenError("times must be whole numbers, and sub a text")
except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
    sys.exit(f"refused: {error}")

print(json.dumps(claims))
