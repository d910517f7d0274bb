// Reads { method, url, headers, keyId, secret | keySet } and says whether the RFC 9421 signature holds.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { httpbis } from 'http-message-signatures';
import { calculateJwkThumbprint } from 'jose';

const { method, url, headers, keyId, secret, keySet, requiredFields } = JSON.parse(readFileSync(0, 'utf8'));

async function lookUp(parameters) {
  if (parameters.keyid !== keyId || parameters.tag !== 'mfa-gateway') return null;
  if (secret) {
    return {
      algs: ['hmac-sha256'],
      verify: async (data, signature) =>
        timingSafeEqual(createHmac('sha256', Buffer.from(secret, 'base64')).update(data).digest(), signature),
    };
  }
  for (const jwk of keySet.keys) {
    if (jwk.kid !== keyId || jwk.kid !== (await calculateJwkThumbprint(jwk))) continue;
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return {
      algs: ['ecdsa-p256-sha256'],
      verify: async (data, signature) => verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature),
    };
  }
  return null;
}

try {
  const verified = await httpbis.verifyMessage(
    {
      keyLookup: lookUp,
      requiredParams: ['created', 'expires', 'nonce', 'keyid', 'tag'],
      requiredFields,
      tolerance: 5,
      all: true,
    },
    { method, url, headers },
  );
  console.log(verified === true ? 'verified' : 'not verified');
} catch (error) {
  console.log(`not verified: ${error.message}`);
}
