import { SealwrightError } from "../error.js";
import { authenticated } from "./caller.js";
import type { Context } from "./context.js";
import { wholeBody } from "./incoming.js";
import { Problem } from "./problem.js";

/** What a token's scope must hold for its holder to bring a key. */
const SCOPE = "enrol";

/** More than a verifier key has. */
const BODY_SIZE = 1024;

/** Answers `PUT /v1/senders/{key id}`: whoever is signed in brings a key in their own name (`spec/release.md`, "Senders"). */
export async function putSender(context: Context): Promise<Response> {
  const { edge, request, id } = context;
  if (edge.enrol === undefined) {
    throw new Problem(404, "not_found");
  }
  const caller = await authenticated(context);
  const { scope } = JSON.parse(caller.json) as { scope: string[] };
  if (!scope.includes(SCOPE)) {
    throw new Problem(403, "scope_missing", { detail: `the token's scope does not hold \`${SCOPE}\`` });
  }
  const key = verifier(context, new TextDecoder().decode(await wholeBody(request, BODY_SIZE)).trim());
  if (key.name !== caller.subject.id || encodeURIComponent(key.id) !== id) {
    throw new Problem(400, "request_invalid", { detail: "expected a key in the caller's own name, at its own id" });
  }
  if (edge.service.description.senders.includes(key.text)) {
    return new Response(null, { status: 204 });
  }
  await edge.enrol(key.text, caller.subject);
  edge.service.addSender(key.text);
  return new Response(null, { status: 201 });
}

/** Reads `name+hash+key`, whose id is `name+hash`. */
function verifier({ edge }: Context, text: string): { text: string; name: string; id: string } {
  try {
    const [key, ...others] = edge.service.run((_, core) => core.parseVerifiers(text)).map((handle) => handle.toText());
    const [name = "", hash = ""] = key?.split("+") ?? [];
    if (key === text && others.length === 0) {
      return { text, name, id: `${name}+${hash}` };
    }
  } catch (failure) {
    if (!(failure instanceof SealwrightError)) {
      throw failure;
    }
  }
  throw new Problem(400, "request_invalid", { detail: "expected one verifier key, `name+hash+key`" });
}
