// Signs in by a code that is mailed: node dist/mail.js http://127.0.0.1:5080 ada@example.org
// It asks for the code, and takes what is typed then: the code, once the mail is there.
import { GatewayClient } from "./client.js";
import { expectNext, expectProblem, keepingCookies, say } from "./tools.js";

declare const process: { readonly argv: readonly string[]; readonly stdin: AsyncIterable<Uint8Array> };

const [site = "", email = ""] = process.argv.slice(2);
const client = new GatewayClient({ prefix: `${site}/_mfa`, fetch: keepingCookies() });

const { signIn, magicCode } = await client.settings();
say("codes by e-mail", signIn.magicCode ? `${magicCode.digits} digits, ${magicCode.lifetimeMinutes} minutes` : "off");
const asked = expectNext(await client.requestMailedCode(email, "/reports"), "magic-code");
say("waits for code", `${asked.mailedCode?.sent} of ${asked.mailedCode?.most}`);
const soon = await expectProblem("urn:mfagateway:problem:code-too-soon", client.sendMailedCode());
say("another one from", soon.retryAt === asked.mailedCode?.nextSendAt ? "when it said" : String(soon.retryAt));
await expectProblem("urn:mfagateway:problem:not-approved", client.continueAfterLink(asked));
await expectProblem("urn:mfagateway:problem:malformed-answer", client.answerMailedCode(asked, "12"));

const done = expectNext(await client.answerMailedCode(asked, await typed(), true), "done");
say("goes to", done.returnUrl);
const { account, session } = await client.session();
say("signed in", `${account.userName}, ${session.acr}`);
await expectProblem("urn:mfagateway:problem:flow-expired", client.sendMailedCode());
await client.signOut();

async function typed(): Promise<string> {
  let text = "";
  for await (const part of process.stdin) {
    text += new TextDecoder().decode(part);
    if (text.includes("\n")) break;
  }
  return text.trim();
}
