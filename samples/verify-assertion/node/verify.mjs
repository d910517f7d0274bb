// node verify.mjs <key set URL> <issuer> <audience> < assertion
import { readFileSync } from 'node:fs';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [url, issuer, audience, argument] = process.argv.slice(2);
const assertion = argument ?? readFileSync(0, 'utf8').trim();

// Make this once in a program: it keeps the keys, and fetches them again when a new kid turns up.
const keys = createRemoteJWKSet(new URL(url));

try {
  const { payload, protectedHeader } = await jwtVerify(assertion, keys, {
    algorithms: ['ES256'],
    typ: 'mfa+jwt',
    issuer,
    audience,
    requiredClaims: ['sub', 'acr', 'iat', 'nbf', 'exp'],
    clockTolerance: 30,
  });
  // jose takes a token without a kid where the set has one key alone; the gateway never sends one.
  if (!protectedHeader.kid) throw new Error('no kid');
  console.log(JSON.stringify(payload));
} catch (error) {
  console.error(`refused: ${error.message}`);
  process.exit(1);
}
