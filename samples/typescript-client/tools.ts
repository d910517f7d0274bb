// What the walks share.
import { type FlowState, GatewayProblem, type ProblemType } from "./client.js";

export function say(what: string, value: string): void {
  console.log(`${what}: ${value}`);
}

export function expectNext(flow: FlowState, next: FlowState["next"]): FlowState {
  if (flow.next !== next) throw new Error(`${flow.next} is asked, not ${next}.`);
  return flow;
}

export async function expectProblem(type: ProblemType, refused: Promise<unknown>) {
  const problem = await refused.then(() => undefined, (fault: unknown) => fault);
  if (!(problem instanceof GatewayProblem) || !problem.is(type)) throw problem ?? new Error(`Nothing was refused, not even with ${type}.`);
  return problem.problem;
}

/** What a browser does by itself. */
export function keepingCookies() {
  const jar = new Map<string, string>();
  return async (url: string, init: RequestInit): Promise<Response> => {
    const headers = { ...(init.headers as Record<string, string>), Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(/;\s*/);
      const at = pair.indexOf("=");
      if (attributes.some((attribute) => attribute.startsWith("expires=Thu, 01 Jan 1970"))) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
}
