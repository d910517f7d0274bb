// A walk through a real gateway: node dist/walk.js http://127.0.0.1:5080 ada her-password
// It enrols an authenticator, which is a dozen lines of RFC 6238 here and a phone elsewhere.
import { GatewayClient } from "./client.js";
import { expectNext, expectProblem, keepingCookies, say } from "./tools.js";

declare const process: { readonly argv: readonly string[] };

const [site = "", userName = "", password = ""] = process.argv.slice(2);
const client = new GatewayClient({ prefix: `${site}/_mfa`, fetch: keepingCookies() });

const settings = await client.settings();
say("ways in", settings.signIn.password ? "password" : "none");
let asked = expectNext(await client.signIn(userName, password, "/reports"), "enroll-totp");

const authenticator = await client.generateTotp();
await expectProblem("urn:mfagateway:problem:malformed-answer", client.confirmTotp(asked, "12", "Phone"));
asked = expectNext(await client.confirmTotp(asked, await codeOf(authenticator.secret, authenticator.periodSeconds), "Phone"), "save-recovery-codes");
const { codes } = await client.unsavedRecoveryCodes();
asked = expectNext(await client.confirmRecoveryCodesSaved(asked), "done");
say("goes to", asked.returnUrl);

const { account, session } = await client.session();
say("signed in", `${account.userName}, ${session.strength}`);
await client.signOut();
await expectProblem("urn:mfagateway:problem:sign-in-required", client.session());

asked = expectNext(await client.signIn(userName, password), "totp");
say("or", asked.alternatives.join());
const wrong = await expectProblem("urn:mfagateway:problem:wrong-answer", client.answerRecoveryCode(asked, "aaaa-aaaa-aaaa-aaaa"));
say("tries left", String(wrong.attemptsLeft));
expectNext(await client.answerRecoveryCode(asked, codes[0] ?? ""), "done");
say("recovery codes", String((await client.recoveryCodes()).remaining));

const { authenticators } = await client.authenticators();
for (const { id } of authenticators) {
  await client.renameAuthenticator(id, "Old phone");
  await client.removeAuthenticator(id);
}
say("second factor", (await client.recoveryCodes()).hasSecondFactor ? "on" : "off");
const { sessions } = await client.sessions();
say("sessions", sessions.map(({ current }) => (current ? "this one" : "another")).join());
await client.endOtherSessions();
await expectProblem("urn:mfagateway:problem:no-such-item", client.endSession("nobody's"));
await client.signOut();

/** RFC 6238 with SHA-1 and six digits. */
async function codeOf(secret: string, periodSeconds: number): Promise<string> {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(Date.now() / 1000 / periodSeconds)));
  const key = await crypto.subtle.importKey("raw", bytesOf(secret), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter));
  const code = (mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff) % 1_000_000;
  return String(code).padStart(6, "0");
}

function bytesOf(base32: string): Uint8Array<ArrayBuffer> {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (octet) => parseInt(octet, 2));
}
