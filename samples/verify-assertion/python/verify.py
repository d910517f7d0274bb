"""python3 verify.py <key set URL> <issuer> <audience> < assertion  (PyJWT with cryptography)"""
import json
import sys

import jwt

url, issuer, audience = sys.argv[1:4]
assertion = sys.argv[4] if len(sys.argv) > 4 else sys.stdin.read().strip()

# Make this once in a program: it keeps the keys for five minutes, and fetches them again when a new kid turns up.
keys = jwt.PyJWKClient(url)

try:
    # A reading to find the key by; nothing in it is believed before the signature has been checked.
    header = jwt.get_unverified_header(assertion)
    if header.get("typ") != "mfa+jwt" or not isinstance(header.get("kid"), str):
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
except jwt.PyJWTError as error:
    sys.exit(f"refused: {error}")

print(json.dumps(claims))
