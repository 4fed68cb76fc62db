// What a strict TypeScript user may write, and what they may not.
import {
  DeniedError,
  Explanation,
  Gate,
  Identity,
  Policy,
  RemoteDocument,
  SealwrightError,
  Signer,
  VerifierKey,
  decrypt,
  decryptRange,
  detach,
  encrypt,
  generateIdentity,
  inspect,
  join,
  open,
  outboard,
  rewrap,
  scan,
  seal,
} from "sealwright";
import type { Decision, Findings, Inspection, Kind, Label, Obligation, Opened, PolicySource, Recipient } from "sealwright";

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
  const signer: Signer = await Signer.generate("intake");
  const trustedSenders: VerifierKey[] = [signer.verifier, ...(await VerifierKey.parseAll("…"))];
  const gate = new Gate({ policy, subject, purpose: "analyse", clock: () => new Date(), trustedSenders });
  const sealing = { recipients: [recipient, "age1…"], label: { classification: "internal", attributes: { digest } } };

  const sealed: Uint8Array<ArrayBuffer> = await gate.seal(bytes, sealing);
  const body: BodyInit = await gate.seal(file, sealing);
  const piped: ReadableStream<Uint8Array> = await gate.seal(stream, { ...sealing, armor: true });
  const unknown: Uint8Array | ReadableStream<Uint8Array> = await gate.seal(either, sealing);
  const opened: Uint8Array = await gate.open(sealed, { identities: [identity], action: "train" });
  const range = await gate.openRange(file, { identities: [identity] });
  const part: Uint8Array = await range.read(0, range.size);
  const parts: Uint8Array[] = await range.readMany([[0, 5], [range.size - 5, range.size]]);
  await seal(bytes, { policy, subject, ...sealing, signer, private: { file_name: file.name } });
  await open(piped, { policy, subject, identities: [identity.reveal()], allowUnsigned: true });

  const { payload, header, headerSize } = await gate.sealParts(file, { ...sealing, signer: signer.reveal() });
  const size: number = headerSize;
  const whole: Blob = await join(await header, await new Response(payload).blob());
  const onOpened = ({ label, private: hidden, sender, decision }: Opened) => {
    const about: (string | undefined)[] = [label.tenant, hidden?.file_name, decision.decision_id];
    return sender.verified ? [...about, sender.key_id] : about;
  };
  await gate.open(whole, { identities: [identity], onOpened });
  const remote = await RemoteDocument.open("https://acme.example/a.age", { credentials: "include" });
  const tree: Uint8Array = await outboard(whole);
  await (await gate.openRange(remote, { identities: [identity], outboard: tree })).read(0, 1);
  await decryptRange(new URL("https://acme.example/a.age"), { identities: [identity] });
  const rewrapped: Blob = await rewrap(whole, { identities: [identity], add: ["age1…"], remove: [identity] });
  const again: Uint8Array = await rewrap(bytes, { identities: [identity], recipients: [recipient] });
  const detached = await detach(again);
  const joined: Uint8Array = await join(await rewrap(detached.header, { identities: [identity] }), detached.payload);
  void [parts, size, rewrapped, joined];

  const raw: Uint8Array = await encrypt(bytes, { recipients: [recipient] });
  const shared: ReadableStream<Uint8Array> = await encrypt(file, { recipients: [recipient], workers: 4 });
  await decrypt(shared, { identities: [identity], workers: navigator.hardwareConcurrency });
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
  const explanation: Explanation = await policy.explain({ subject, action: { name: "open" }, resource: { type: "document", id: "d" } }, { values: true });
  const failed: string[] = explanation.record.rules?.flatMap((rule) => rule.candidates.map((candidate) => candidate.failed?.text ?? "")) ?? [];
  void [body, unknown, opened, part, names, failed, explanation.toSvg(), `${explanation}`];

  // @ts-expect-error the gate names the policy itself
  await gate.seal(bytes, { recipients: [recipient], label: { policy: policy.reference } });
  // @ts-expect-error records have no camelCase fields
  await gate.seal(bytes, { recipients: [recipient], label: { mediaType: "text/plain" } });
  // @ts-expect-error text is not bytes
  await gate.seal("text", sealing);
  // @ts-expect-error identities come from `generate` or `parse`
  new Identity();
  // @ts-expect-error explanations come from `explain`
  new Explanation();
  // @ts-expect-error signers come from `generate` or `parse`
  new Signer();
  // @ts-expect-error a private part has a closed form
  await gate.seal(bytes, { ...sealing, private: { fileName: "a" } });
  // @ts-expect-error an armored document has no header of its own
  await gate.sealParts(file, { ...sealing, armor: true });
  // @ts-expect-error what may be opened is said of the gate
  await gate.open(bytes, { identities: [identity], allowUnsigned: true });
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
