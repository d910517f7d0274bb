// node verify.mjs <key set URL> <issuer> <audience> < assertion
import { readFileSync } from 'node:fs';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [url, issuer, audience, argument] = process.argv.slice(2);
const assertion = argument ?? readFileSync(0, 'utf8').trim();

// Make this once in a program: it keeps the keys, and fetches them again when a new kid turns up.
const keys = createRemoteJWKSet(new URL(url));

// Readers of JSON disagree on which of two equal names counts; written anew, the object would have it once.
function hasNameTwice(part) {
  const json = Buffer.from(part, 'base64url').toString();
  return json.split(':').length !== JSON.stringify(JSON.parse(json)).split(':').length;
}

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
  // jose takes typ in any letter case and with "application/", times without an end, and a sub that is no text.
  if (protectedHeader.typ !== 'mfa+jwt' || 'crit' in protectedHeader) throw new Error('not an assertion of the gateway');
  if (typeof payload.sub !== 'string') throw new Error('no sub');
  if (![payload.iat, payload.nbf, payload.exp].every(Number.isSafeInteger)) throw new Error('times must be whole numbers');
  if (assertion.split('.').slice(0, 2).some(hasNameTwice)) throw new Error('a name twice');
  console.log(JSON.stringify(payload));
} catch (error) {
  console.error(`refused: ${error.message}`);
  process.exit(1);
}
