// Node-RED as its own manual sets it up behind a proxy: who somebody is stands in a header, and is checked here.
const { readFileSync } = require('node:fs');

async function whoIs(assertion) {
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const keys = createLocalJWKSet(JSON.parse(readFileSync(process.env.KEY_SET_FILE, 'utf8')));
  const { payload } = await jwtVerify(assertion, keys, {
    algorithms: ['ES256'],
    typ: 'mfa+jwt',
    issuer: 'mfa-gateway',
    audience: 'app',
  });
  return payload.sub ? { username: payload.name, permissions: '*' } : null;
}

module.exports = {
  uiHost: '127.0.0.1',
  uiPort: 0,
  flowFile: 'flows.json',
  credentialSecret: false,
  adminAuth: { type: 'credentials', users: [], tokens: whoIs, tokenHeader: 'x-mfa-assertion' },
};
