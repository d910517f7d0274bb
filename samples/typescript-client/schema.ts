// Written by generate.mjs from the gateway's OpenAPI document. Not to be edited.

export interface ApiFault {
  readonly member: string;
  readonly message: string;
}

export type ApiStep = "sign-in" | "password" | "totp" | "recovery-code" | "magic-code" | "passkey" | "enroll-totp" | "enrollment-code" | "save-recovery-codes" | "ask-administrator" | "done";

export interface AuthenticatorList {
  readonly authenticators: readonly OwnAuthenticator[];
}

export interface BrowserList {
  readonly browsers: readonly OwnBrowser[];
}

export interface CodeAnswer {
  readonly code: string;
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface CodeContinuation {
  /** Whether this browser is known to the account for 90 days, or until it is closed. */
  readonly rememberBrowser?: boolean;
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface Credentials {
  /** The user name or the e-mail address of the account, in any letter case. */
  readonly userName: string;
  readonly password: string;
  /** Where the person wants to go: a path of this site; anything else counts as /. */
  readonly returnUrl?: string | null;
}

export interface FlowState {
  /** What is asked next; done when nothing is. */
  readonly next: ApiStep;
  /** What may be given instead. */
  readonly alternatives: readonly ApiStep[];
  /** Where the person wants to go: a path of this site. To be opened when next is done. */
  readonly returnUrl: string;
  /** The flow that is under way. Sent back with an answer, it keeps the answer from another tab's flow. */
  readonly flow: string | null;
  /** When the flow is over. */
  readonly expiresAt: string | null;
  /** Whose flow it is: there is one only after a right first answer. */
  readonly userName: string | null;
  /** How long the code is that the authenticator shows; while a code is asked for. */
  readonly totpDigits: number | null;
  /** Until when the administrator's code is taken, which may be over; while that is asked for. */
  readonly enrollmentCodeExpiresAt: string | null;
  readonly mailedCode: null | MailedCodeState;
}

export interface MailedCodes {
  /** How long they are, unless an administrator has set something else for an application. */
  readonly digits: number;
  /** How long they are good, unless an administrator has set something else for an application. */
  readonly lifetimeMinutes: number;
  /** How many one sign-in may ask for. */
  readonly most: number;
}

export interface MailedCodeState {
  /** How many were asked for. Each stays good until one is used. */
  readonly sent: number;
  /** How many one sign-in may ask for. */
  readonly most: number;
  /** When another one may be asked for. */
  readonly nextSendAt: string;
  /** The end of the last one. */
  readonly expiresAt: string;
  /** What whoever opens the link elsewhere must know: shown here, and asked there. */
  readonly matchNumber: number;
  /** Whether the link was confirmed elsewhere: then POST /challenge/code/continue. */
  readonly approved: boolean;
}

export interface NewAuthenticator {
  /** Base32, as authenticator apps take it. */
  readonly secret: string;
  /** The otpauth: link. */
  readonly uri: string;
  /** The link as a QR code: a PNG in a data: URL. */
  readonly qrCode: string;
  readonly algorithm: string;
  readonly digits: number;
  readonly periodSeconds: number;
}

export interface NewAuthenticators {
  readonly algorithm: string;
  readonly digits: number;
  readonly periodSeconds: number;
}

export interface NewName {
  /** 1 to 64 characters; what is too long is cut. */
  readonly name: string;
}

export interface OneTimeCodeAnswer {
  readonly code: string;
  /** Whether this browser is known to the account for 90 days, or until it is closed. */
  readonly rememberBrowser?: boolean;
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface OwnAuthenticator {
  readonly id: string;
  readonly name: string;
  readonly digits: number;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export interface OwnBrowser {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  /** What it called itself, in words. */
  readonly browser: string;
  readonly address: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
}

export interface OwnSession {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  /** What the browser called itself, in words. */
  readonly browser: string;
  readonly address: string;
  readonly signedInAt: string;
  /** Within a minute. */
  readonly lastSeenAt: string;
}

export interface PasswordAnswer {
  readonly password: string;
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface Problem {
  /** A stable name of what went wrong; all of them begin with urn:mfagateway:problem:. */
  readonly type: string;
  /** One sentence, the same for every occurrence of the type. */
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  /** The id under which the log tells more. */
  readonly instance: string;
  /** What to do next, for people. */
  readonly detail?: string | null;
  /** Where a person can sign in or prove more. */
  readonly signInUrl?: string | null;
  /** Wrong answers that this flow still takes. */
  readonly attemptsLeft?: number | null;
  /** When it makes sense to try again. */
  readonly retryAt?: string | null;
  readonly next?: null | ApiStep;
  /** The access policy that was not met: what POST /step-up takes. */
  readonly policy?: string | null;
  /** What is wrong with single members of what was sent. */
  readonly errors?: readonly ApiFault[] | null;
}

export interface PublicSettings {
  /** What the site is called. */
  readonly siteName: string;
  /** Whom people may turn to, as the operator wrote it. */
  readonly contact: string | null;
  /** Where the gateway's own pages are, and this API. */
  readonly pathPrefix: string;
  readonly signIn: WaysIn;
  readonly totp: NewAuthenticators;
  readonly magicCode: MailedCodes;
  /** How long a new password must be at least, in characters. */
  readonly passwordMinCharacters: number;
  /** How many codes a set of recovery codes has. */
  readonly recoveryCodes: number;
}

export interface RecoveryCodeCount {
  /** Without one there is nothing that codes could stand in for. */
  readonly hasSecondFactor: boolean;
  readonly remaining: number;
  /** Whether it is time to make new ones. */
  readonly areFew: boolean;
  readonly madeAt: string | null;
}

export interface SavedConfirmation {
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface SessionList {
  readonly sessions: readonly OwnSession[];
}

export interface SignedIn {
  readonly account: SignedInAccount;
  readonly session: SignedInSession;
}

export interface SignedInAccount {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly email: string;
  readonly groups: readonly string[];
}

export interface SignedInSession {
  readonly id: string;
  /** one-factor, two-factor or phishing-resistant. */
  readonly strength: string;
  /** The same as apps are told it: -mail at its end where the strength rests on a mailed code. */
  readonly acr: string;
  /** The methods that were used (RFC 8176). */
  readonly amr: readonly string[];
  readonly signedInAt: string;
  /** When it is over if it is not used before. */
  readonly idleExpiresAt: string;
  /** When it is over in any case. */
  readonly expiresAt: string;
}

export interface TotpConfirmation {
  readonly code: string;
  /** What the person calls the device. */
  readonly name?: string | null;
  /** The flow that the answer is meant for, as it was told. */
  readonly flow?: string | null;
}

export interface UnsavedCodes {
  readonly codes: readonly string[];
}

export interface WantedCode {
  readonly email: string;
  /** Where the person wants to go: a path of this site; anything else counts as /. */
  readonly returnUrl?: string | null;
}

export interface WantedPolicy {
  /** The policy that was not met, from a problem of the type step-up-required; without it, that of returnUrl. */
  readonly policy?: string | null;
  /** Where the person wants to go: a path of this site; anything else counts as /. */
  readonly returnUrl?: string | null;
}

export interface WaysIn {
  readonly password: boolean;
  readonly magicCode: boolean;
  readonly passkey: boolean;
}

/** The types of problems that this version knows; there may be more. */
export type ProblemType =
  | "urn:mfagateway:problem:cross-origin-request"
  | "urn:mfagateway:problem:csrf-header-missing"
  | "urn:mfagateway:problem:malformed-answer"
  | "urn:mfagateway:problem:malformed-body"
  | "urn:mfagateway:problem:password-refused"
  | "urn:mfagateway:problem:code-already-used"
  | "urn:mfagateway:problem:code-too-old"
  | "urn:mfagateway:problem:flow-ended"
  | "urn:mfagateway:problem:flow-expired"
  | "urn:mfagateway:problem:sign-in-required"
  | "urn:mfagateway:problem:step-up-required"
  | "urn:mfagateway:problem:wrong-answer"
  | "urn:mfagateway:problem:wrong-credentials"
  | "urn:mfagateway:problem:access-denied"
  | "urn:mfagateway:problem:browser-changes-off"
  | "urn:mfagateway:problem:https-required"
  | "urn:mfagateway:problem:no-such-item"
  | "urn:mfagateway:problem:not-found"
  | "urn:mfagateway:problem:way-in-off"
  | "urn:mfagateway:problem:method-not-allowed"
  | "urn:mfagateway:problem:no-second-factor"
  | "urn:mfagateway:problem:not-approved"
  | "urn:mfagateway:problem:other-flow"
  | "urn:mfagateway:problem:step-not-asked"
  | "urn:mfagateway:problem:too-large"
  | "urn:mfagateway:problem:unsupported-media-type"
  | "urn:mfagateway:problem:code-too-soon"
  | "urn:mfagateway:problem:no-more-codes"
  | "urn:mfagateway:problem:too-many-attempts"
  | "urn:mfagateway:problem:internal-error"
  | "urn:mfagateway:problem:busy"
  | "urn:mfagateway:problem:clock-behind"
  | "urn:mfagateway:problem:store-unavailable";

/** What each operation takes and answers. */
export interface Operations {
  /** The person's authenticators. */
  readonly "GET /account/authenticators": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: AuthenticatorList;
  };
  /** Begins the flow that adds an authenticator. */
  readonly "POST /account/authenticators": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: FlowState;
  };
  /** Gives an authenticator another name. */
  readonly "PATCH /account/authenticators/{id}": {
    readonly path: "id";
    readonly body: NewName;
    readonly answer: undefined;
  };
  /** Removes an authenticator. */
  readonly "DELETE /account/authenticators/{id}": {
    readonly path: "id";
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Which browsers the account knows, the latest used first. */
  readonly "GET /account/browsers": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: BrowserList;
  };
  /** Forgets one of the known browsers. */
  readonly "DELETE /account/browsers/{id}": {
    readonly path: "id";
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Changes the password. */
  readonly "POST /account/password": {
    readonly path: never;
    readonly body: PasswordChange;
    readonly answer: undefined;
  };
  /** How many recovery codes are left. */
  readonly "GET /account/recovery-codes": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: RecoveryCodeCount;
  };
  /** Makes new recovery codes in place of all others, and begins the flow that shows them. */
  readonly "POST /account/recovery-codes": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: FlowState;
  };
  /** Where the person is signed in, the latest used first. */
  readonly "GET /account/sessions": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: SessionList;
  };
  /** Ends all sessions but this one, which goes on under a new cookie. */
  readonly "POST /account/sessions/end-others": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Ends one of the person's sessions. */
  readonly "DELETE /account/sessions/{id}": {
    readonly path: "id";
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** A code that was mailed: any of those that were sent for this sign-in. */
  readonly "POST /challenge/code": {
    readonly path: never;
    readonly body: OneTimeCodeAnswer;
    readonly answer: FlowState;
  };
  /** Goes on after the link in the mail was confirmed in another browser. */
  readonly "POST /challenge/code/continue": {
    readonly path: never;
    readonly body: CodeContinuation;
    readonly answer: FlowState;
  };
  /** Mails the first code of a step, or one code more; the ones before stay good. */
  readonly "POST /challenge/code/send": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: FlowState;
  };
  /** The password again, because its proof is too old. */
  readonly "POST /challenge/password": {
    readonly path: never;
    readonly body: PasswordAnswer;
    readonly answer: FlowState;
  };
  /** A recovery code in place of the authenticator's. A right one is taken once. */
  readonly "POST /challenge/recovery-code": {
    readonly path: never;
    readonly body: CodeAnswer;
    readonly answer: FlowState;
  };
  /** The code that the authenticator shows. A right one is taken once. */
  readonly "POST /challenge/totp": {
    readonly path: never;
    readonly body: OneTimeCodeAnswer;
    readonly answer: FlowState;
  };
  /** The code that an administrator has handed over with a reset. */
  readonly "POST /enroll/code": {
    readonly path: never;
    readonly body: CodeAnswer;
    readonly answer: FlowState;
  };
  /** Recovery codes that were just made. */
  readonly "GET /enroll/recovery-codes": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: UnsavedCodes;
  };
  /** The person has saved the recovery codes. */
  readonly "POST /enroll/recovery-codes/saved": {
    readonly path: never;
    readonly body: SavedConfirmation;
    readonly answer: FlowState;
  };
  /** The secret of a new authenticator. */
  readonly "POST /enroll/totp": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: NewAuthenticator;
  };
  /** The first code of the new authenticator, which keeps it. */
  readonly "POST /enroll/totp/confirm": {
    readonly path: never;
    readonly body: TotpConfirmation;
    readonly answer: FlowState;
  };
  /** What is asked next of this browser. */
  readonly "GET /flow": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: FlowState;
  };
  /** Who is signed in, and what was proved. */
  readonly "GET /session": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: SignedIn;
  };
  /** Which ways in are on, and how long codes and passwords are. */
  readonly "GET /settings": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: PublicSettings;
  };
  /** The first answer: a user name and a password. */
  readonly "POST /sign-in": {
    readonly path: never;
    readonly body: Credentials;
    readonly answer: FlowState;
  };
  /** Asks for a code by e-mail, in place of user name and password. */
  readonly "POST /sign-in/code": {
    readonly path: never;
    readonly body: WantedCode;
    readonly answer: FlowState;
  };
  /** Ends the session, and a flow that is under way. */
  readonly "POST /sign-out": {
    readonly path: never;
    readonly body: undefined;
    readonly answer: undefined;
  };
  /** Begins to ask a signed-in person for what a policy demands beyond what the session has proved. */
  readonly "POST /step-up": {
    readonly path: never;
    readonly body: WantedPolicy;
    readonly answer: FlowState;
  };
}
