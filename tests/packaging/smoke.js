// Seals and opens under a policy with the installed package, and prints what came out.
import { DeniedError, Gate, Policy, Signer, decrypt, encrypt, generateIdentity, inspect, join } from "sealwright";

const text = `package sealwright

default decision := {"decision": false, "reasons": ["purpose_missing"]}

decision := {"decision": true} if input.context.purpose == "analyse"
`;
const policy = await Policy.load({ name: "smoke", revision: "1", modules: [{ path: "smoke.rego", text }] });
const subject = { type: "user", id: "ana@acme.example" };
const signer = await Signer.generate("intake");
const gate = new Gate({ policy, subject, purpose: "analyse", trustedSenders: [signer.verifier] });
const identity = await generateIdentity();
const sealing = { recipients: [identity.recipient], label: { classification: "internal" }, signer };

const bytes = await gate.seal(new TextEncoder().encode("as bytes"), sealing);
const { payload, header } = await gate.sealParts(new Blob(["as a stream"]), sealing);
const body = await new Response(payload).blob();
const stream = await join(await header, body);
const refusal = await new Gate({ policy, subject, trustedSenders: [signer.verifier] }).open(bytes, { identities: [identity] }).catch((error) => error);

const large = new Uint8Array(9 << 20).fill(7);
const shared = await encrypt(large, { recipients: [identity.recipient], workers: 2 });
const whole = await decrypt(shared, { identities: [identity], workers: 2 });
console.log(
  JSON.stringify([
    new TextDecoder().decode(await gate.open(bytes, { identities: [identity] })),
    await new Response(await gate.open(stream, { identities: [identity] })).text(),
    (await inspect(bytes)).label?.classification,
    refusal instanceof DeniedError,
    whole.length === large.length && whole.every((byte) => byte === 7),
  ]),
);
