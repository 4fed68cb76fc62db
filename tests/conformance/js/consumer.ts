// What a strict TypeScript user may write, and what they may not.
import {
  DeniedError,
  Gate,
  Identity,
  Policy,
  SealwrightError,
  decrypt,
  encrypt,
  generateIdentity,
  inspect,
  open,
  scan,
  seal,
} from "sealwright";
import type { Decision, Findings, Inspection, Kind, Label, Obligation, PolicySource, Recipient } from "sealwright";

declare const bytes: Uint8Array;
declare const file: File;
declare const stream: ReadableStream<Uint8Array>;
declare const either: Uint8Array | Blob;

export async function use(source: PolicySource): Promise<void> {
  const identity: Identity = await generateIdentity();
  const recipient: Recipient = identity.recipient;
  const policy = await Policy.load(source);
  const digest: string = policy.reference.digest;
  const subject = { type: "user", id: "ana@acme.example", properties: { roles: ["analyst"], amr: ["pwd", "mfa"] } };
  const gate = new Gate({ policy, subject, purpose: "analyse", clock: () => new Date() });
  const sealing = { recipients: [recipient, "age1…"], label: { classification: "internal", attributes: { digest } } };

  const sealed: Uint8Array<ArrayBuffer> = await gate.seal(bytes, sealing);
  const body: BodyInit = await gate.seal(file, sealing);
  const piped: ReadableStream<Uint8Array> = await gate.seal(stream, { ...sealing, armor: true });
  const unknown: Uint8Array | ReadableStream<Uint8Array> = await gate.seal(either, sealing);
  const opened: Uint8Array = await gate.open(sealed, { identities: [identity], action: "train" });
  const range = await gate.openRange(file, { identities: [identity] });
  const part: Uint8Array = await range.read(0, range.size);
  await seal(bytes, { policy, subject, ...sealing });
  await open(piped, { policy, subject, identities: [identity.reveal()] });

  const raw: Uint8Array = await encrypt(bytes, { recipients: [recipient] });
  await decrypt(await encrypt(stream, { passphrase: "correct horse" }), { passphrase: "correct horse" });
  const inspection: Inspection = await inspect(raw);
  const label: Label | null = inspection.label;
  const findings: Findings = await scan(file);

  const decision: Decision = await policy.decide({
    subject,
    action: { name: "open" },
    resource: { type: "document", id: label?.document_id ?? "", properties: { total: findings.total } },
  });
  const names: Obligation["type"][] = decision.obligations.map((obligation) => obligation.type);
  void [body, unknown, opened, part, names];

  // @ts-expect-error the gate names the policy itself
  await gate.seal(bytes, { recipients: [recipient], label: { policy: policy.reference } });
  // @ts-expect-error records have no camelCase fields
  await gate.seal(bytes, { recipients: [recipient], label: { mediaType: "text/plain" } });
  // @ts-expect-error text is not bytes
  await gate.seal("text", sealing);
  // @ts-expect-error identities come from `generate` or `parse`
  new Identity();
  // @ts-expect-error a passphrase stands alone
  await encrypt(bytes, { recipients: [recipient], passphrase: "x" });
  // @ts-expect-error only the package itself calls this
  await policy.decideText("{}");
}

export function explain(error: unknown): string {
  if (error instanceof DeniedError) {
    return error.decision.reasons.join();
  }
  if (error instanceof SealwrightError) {
    const kind: Kind = error.kind;
    return `${kind} ${error.code} ${error.location?.file ?? ""}`;
  }
  return "";
}
