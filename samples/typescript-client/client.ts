import type { FlowState, NewAuthenticator, Operations, Problem, ProblemType } from "./schema.js";

export type * from "./schema.js";

const JSON_TYPE = "application/json";

/** A failure that the gateway explains (RFC 9457). */
export class GatewayProblem extends Error {
  override readonly name = "GatewayProblem";

  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }

  /** Whether it is of this type. A type that is not known here means what its status means. */
  is(type: ProblemType): boolean {
    return this.problem.type === type;
  }
}

export interface GatewayClientOptions {
  /** Where the gateway's pages are: `PathPrefix`, with the site before it where this is no page of the site. */
  readonly prefix?: string;

  /** In a browser its own, which sends the cookies. Elsewhere one that keeps cookies: they are all the state there is. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * Sign-in with two factors, as the gateway's own pages do it. Every step says in `next` what is asked then; the operations and
 * their types are those of the gateway's OpenAPI document, so that what it does not have can't be called.
 */
export class GatewayClient {
  readonly #root: string;
  readonly #fetch: NonNullable<GatewayClientOptions["fetch"]>;

  constructor({ prefix = "/_mfa", fetch = (url, init) => globalThis.fetch(url, init) }: GatewayClientOptions = {}) {
    this.#root = `${prefix}/api/v1`;
    this.#fetch = fetch;
  }

  /** Which ways in are on, and how long codes are. */
  settings() {
    return this.call("GET /settings");
  }

  /** What is asked next of this browser: where to begin after a page was loaded. */
  flow() {
    return this.call("GET /flow");
  }

  /** Who is signed in. */
  session() {
    return this.call("GET /session");
  }

  signIn(userName: string, password: string, returnUrl = "/") {
    return this.call("POST /sign-in", { userName, password, returnUrl });
  }

  /** A code by e-mail in place of a password. The answer is the same whether or not anybody has the address. */
  requestMailedCode(email: string, returnUrl = "/") {
    return this.call("POST /sign-in/code", { email, returnUrl });
  }

  signOut() {
    return this.call("POST /sign-out");
  }

  /** Asks for what was missing: `policy` stands in the problem that said so. */
  stepUp(policy: string, returnUrl = "/") {
    return this.call("POST /step-up", { policy, returnUrl });
  }

  /** @param asked The answer that asked for the code: given for another tab's flow, the code is not looked at. */
  answerTotp(asked: FlowState, code: string, rememberBrowser = false) {
    return this.call("POST /challenge/totp", { code, rememberBrowser, flow: asked.flow });
  }

  answerRecoveryCode(asked: FlowState, code: string) {
    return this.call("POST /challenge/recovery-code", { code, flow: asked.flow });
  }

  answerPassword(asked: FlowState, password: string) {
    return this.call("POST /challenge/password", { password, flow: asked.flow });
  }

  /** Any of the codes that were mailed for this sign-in. */
  answerMailedCode(asked: FlowState, code: string, rememberBrowser = false) {
    return this.call("POST /challenge/code", { code, rememberBrowser, flow: asked.flow });
  }

  /** The first code of a step, or one more: `mailedCode.nextSendAt` says from when on. */
  sendMailedCode() {
    return this.call("POST /challenge/code/send");
  }

  /** The link was confirmed in another browser: `mailedCode.approved` of `flow()` says so. */
  continueAfterLink(asked: FlowState, rememberBrowser = false) {
    return this.call("POST /challenge/code/continue", { rememberBrowser, flow: asked.flow });
  }

  /** The code that an administrator has handed over with a reset. */
  answerEnrollmentCode(asked: FlowState, code: string) {
    return this.call("POST /enroll/code", { code, flow: asked.flow });
  }

  /** The secret of a new authenticator, to be shown as text and as a picture. */
  generateTotp(): Promise<NewAuthenticator> {
    return this.call("POST /enroll/totp");
  }

  /** The first code of it. Only a right one keeps it. */
  confirmTotp(asked: FlowState, code: string, name: string) {
    return this.call("POST /enroll/totp/confirm", { code, name, flow: asked.flow });
  }

  /** Recovery codes that were just made, until they are saved. */
  unsavedRecoveryCodes() {
    return this.call("GET /enroll/recovery-codes");
  }

  confirmRecoveryCodesSaved(asked: FlowState) {
    return this.call("POST /enroll/recovery-codes/saved", { flow: asked.flow });
  }

  authenticators() {
    return this.call("GET /account/authenticators");
  }

  /** Begins the flow that adds one. */
  addAuthenticator() {
    return this.call("POST /account/authenticators");
  }

  renameAuthenticator(id: string, name: string) {
    return this.call("PATCH /account/authenticators/{id}", { name }, { id });
  }

  /** Without the last one the second factor is off. */
  removeAuthenticator(id: string) {
    return this.call("DELETE /account/authenticators/{id}", undefined, { id });
  }

  /** How many are left. */
  recoveryCodes() {
    return this.call("GET /account/recovery-codes");
  }

  /** Makes new ones in place of all others, and begins the flow that shows them. */
  regenerateRecoveryCodes() {
    return this.call("POST /account/recovery-codes");
  }

  changePassword(currentPassword: string, newPassword: string) {
    return this.call("POST /account/password", { currentPassword, newPassword });
  }

  sessions() {
    return this.call("GET /account/sessions");
  }

  endSession(id: string) {
    return this.call("DELETE /account/sessions/{id}", undefined, { id });
  }

  endOtherSessions() {
    return this.call("POST /account/sessions/end-others");
  }

  browsers() {
    return this.call("GET /account/browsers");
  }

  forgetBrowser(id: string) {
    return this.call("DELETE /account/browsers/{id}", undefined, { id });
  }

  /**
   * Any operation of the document.
   * @throws {GatewayProblem} The gateway refused, and says why.
   */
  async call<Name extends keyof Operations>(
    operation: Name, ...[body, path]: Given<Operations[Name]>
  ): Promise<Operations[Name]["answer"]> {
    const [method, template] = operation.split(" ") as [string, string];
    const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name as never] ?? ""));
    const headers: Record<string, string> = { Accept: JSON_TYPE };
    // What another site can't add to a request: without it nothing is changed.
    if (method !== "GET") headers["Mfa-Csrf"] = "1";
    if (body !== undefined) headers["Content-Type"] = JSON_TYPE;

    const response = await this.#fetch(this.#root + address, {
      method,
      headers,
      credentials: "same-origin",
      redirect: "error",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await explain(response);
    return (response.status === 204 ? undefined : await response.json()) as Operations[Name]["answer"];
  }
}

/** What is left out where an operation takes none. */
type Given<Operation extends { path: string; body: unknown }> = [Operation["path"]] extends [never]
  ? undefined extends Operation["body"] ? [body?: undefined, path?: undefined] : [body: Operation["body"], path?: undefined]
  : [body: Operation["body"], path: Readonly<Record<Operation["path"], string>>];

// A proxy in front may fail in its own words.
async function explain(response: Response): Promise<Error> {
  if (!response.headers.get("Content-Type")?.startsWith("application/problem+json"))
    return new Error(`The gateway can't be reached: ${response.status}.`);
  return new GatewayProblem((await response.json()) as Problem);
}
