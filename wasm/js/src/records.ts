/** Is a value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Holds a JSON object. */
export type JsonObject = { [name: string]: Json };

/** Is a record, or its JSON text as it stands: kept as it is, where parsing would change a number or drop a name. */
export type OrText<Record> = Record | string;

/** Names one exact policy. */
export interface PolicyReference {
  name: string;
  revision: string;
  /** SHA-256 over modules, data and entrypoint, in hexadecimal. */
  digest: string;
}

/** Is what policies and storage may know of a document. */
export interface Label {
  document_id: string;
  media_type?: string;
  classification?: string;
  purposes?: string[];
  contributor?: string;
  tenant?: string;
  /** UTC, in the form `2026-01-31T23:59:59Z`. */
  created_at?: string;
  /** UTC, in the form `2026-01-31T23:59:59Z`. */
  retain_until?: string;
  /** Is set by the gate. */
  policy?: PolicyReference;
  /** How many findings of each entity were transformed. Is set by the gate. */
  transforms?: { [entity: string]: number };
  attributes?: JsonObject;
}

/** Is what a caller says of a document; the gate fills in an id and the time where they are absent. */
export type LabelInput = Omit<Label, "document_id" | "policy" | "transforms"> & { document_id?: string };

/** Is what only those who open a document may know of it. */
export interface Private {
  /** What the file was called. */
  file_name?: string;
  /** Whom the document is about. */
  data_subjects?: string[];
  attributes?: JsonObject;
}

/** Is what a policy sees of who signed a document: `resource.properties.sender`. */
export type Sender = { verified: false } | { verified: true; name: string; key_id: string };

/** Is what is known of a document that was opened, besides its plaintext. */
export interface Opened {
  label: Label;
  private: Private | null;
  sender: Sender;
  /** The decision that allowed it. */
  decision: Decision;
}

/** Names who asks. */
export interface Subject {
  /** `user`, `service`, `job`. */
  type: string;
  id: string;
  /** Claims: `roles`, `tenant`, `amr` and the like. */
  properties?: JsonObject;
}

/** Is the caller's part of a request. */
export interface Caller {
  subject: Subject;
  action?: { name: string; properties?: JsonObject };
  context: JsonObject;
}

/** Is an AuthZEN evaluation request, the `input` of every policy. */
export interface Request {
  subject: Subject;
  action: { name: string; properties?: JsonObject };
  resource: { type: string; id: string; properties?: JsonObject };
  context?: JsonObject;
}

/** Says how one entity's findings are transformed, in Presidio's names. */
export type Operator =
  | { operator: "redact" }
  | { operator: "replace"; new_value?: string }
  | { operator: "mask"; masking_char?: string; chars_to_mask?: number; from_end?: boolean };

/** Is what a decision asks for besides its answer. */
export type Obligation =
  | { type: "transform"; operators: { [entity: string]: Operator } }
  | { type: "require_recipients"; recipients: string[] }
  | { type: "require_signature" }
  | { type: "restrict_label"; purposes?: string[]; retain_until?: string }
  | { type: "watermark" }
  | { type: "notify"; channel: string }
  | { type: "expire"; at: string }
  | { type: "filter"; condition: Json };

/** Answers a request: the same policy and request give the same record in every runtime. */
export interface Decision {
  decision_id: string;
  decision: boolean;
  /** Why not, sorted. */
  reasons: string[];
  obligations: Obligation[];
  policy: { revision: string; digest: string };
  cache_for_ms: number;
}

/** Holds what the host adds to an entry of a decision log. */
export interface LogContext {
  /** UTC, in the form `2026-01-31T23:59:59Z`. */
  timestamp: string;
  labels?: { [name: string]: string };
  requested_by?: string;
}

/** Tells of one decision, in the field names of OPA's decision log. */
export interface LogEntry extends LogContext {
  decision_id?: string;
  path: string;
  bundles: { [name: string]: { revision: string } };
  input?: Json;
  result?: Json;
  error?: { code: string; message: string };
  /** The paths that the mask removed, and those that it set. */
  erased?: string[];
  masked?: string[];
}

/** Says where a rule or a condition stands; rows and columns count from 1. */
export interface PolicyPlace {
  file: string;
  row: number;
  column: number;
}

/** Names the definition that a reason or an obligation comes from. */
export interface ExplainedSource {
  rule: string;
  place: PolicyPlace;
}

/** Is the type of a value that was read, and what may be shown of it. */
export interface ExplainedValue {
  type: "null" | "boolean" | "number" | "string" | "array" | "object" | "set" | "undefined";
  /** How many items a collection has. */
  size?: number;
  /** The value as JSON, cut where it is long. */
  value?: string;
}

/** Is a definition that was tried or ruled out. */
export interface ExplainedCandidate {
  place: PolicyPlace;
  held: boolean;
  default: boolean;
  /** The evaluations that it asked for, by their place in `rules`. */
  asks: number[];
  failed?: {
    by: "condition" | "index" | "arguments" | "value" | "not_tried" | "ended";
    /** The condition as it is written. */
    text: string;
    place: PolicyPlace;
    saw: (ExplainedValue & { path: string })[];
  };
}

/** Is one evaluation of a rule. */
export interface ExplainedRule {
  rule: string;
  asked: "value" | "keys" | "call";
  /** How many keys or arguments were given. */
  count?: number;
  /** What it found; absent if the evaluation ended before. */
  found?: ExplainedValue;
  candidates: ExplainedCandidate[];
  /** How many candidates are left out. */
  omitted: number;
}

/** Tells why a request was decided as it was. */
export interface ExplanationRecord {
  /** Whether there was more than is told. */
  cut: boolean;
  entrypoint: string;
  tier: { name: "compiled" } | { name: "reference"; reason: string; place?: PolicyPlace };
  decision?: Decision;
  failure?: { code: string; message: string };
  /** Paths of the input that were asked for and are not there. Absent, as are the next three, if the tier tells nothing. */
  missing?: string[];
  reasons?: { reason: string; sources: ExplainedSource[] }[];
  obligations?: { type: string; sources: ExplainedSource[] }[];
  /** The first is the entrypoint's. */
  rules?: ExplainedRule[];
}

/** Is what a filter is asked for: a request without what differs between documents. */
export interface FilterQuestion {
  known: Omit<Request, "resource"> & { resource?: Partial<Request["resource"]> };
  /** Paths as `resource.properties`, which it is if nothing is said. */
  unknowns?: string[];
  /** The rule to filter by, without `data.`; the policy's own if nothing is said. */
  entrypoint?: string;
}

/** Is a condition on a document, as UCAST. */
export type Condition =
  | {
      type: "field";
      operator: "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "in" | "nin" | "all" | "exists";
      field: string;
      value: Json;
    }
  | { type: "compound"; operator: "and" | "or" | "not"; value: Condition[] };

/** Says which documents a policy admits. */
export interface FilterRecord {
  kind: "always" | "never" | "exact";
  condition?: Condition;
}

/** Is a document that a filter is asked about. */
export interface FilterResource {
  type?: string;
  id?: string;
  properties?: JsonObject;
}

/** Names a store, and says how it keeps the fields of documents. */
export interface FilterTarget {
  store: "sqlite" | "postgresql" | "pgvector" | "lancedb" | "chroma" | "qdrant" | "langchain" | "llamaindex";
  column?: string;
  fields?: Record<
    string,
    { type?: "text" | "texts" | "time" | "seconds" | "integer" | "number" | "boolean"; name?: string }
  >;
  first_parameter?: number;
}

/** Stands for a request among many that could not be decided: a refusal. */
export interface Undecided {
  decision: false;
  error: { code: string; message: string };
}

/** Tells what a scan found, in counts alone. */
export interface Findings {
  scanned: boolean;
  /** Why it was not scanned: `not_text`, `not_requested`. */
  reason?: string;
  entities: { [entity: string]: number };
  total: number;
}

/** Is one stanza of a header, without its body. */
export interface Stanza {
  type: string;
  args: string[];
}

/** Is what a document's header says to anyone. */
export interface Inspection {
  armored: boolean;
  /** In bytes. */
  header_size: number;
  label: Label | null;
  stanzas: Stanza[];
}

/** Is one file of Rego. */
export interface PolicyModule {
  path: string;
  text: string;
}

/** Is everything that makes a policy. */
export interface PolicySource {
  name: string;
  revision: string;
  /** The rule that answers; `sealwright.decision` if absent. */
  entrypoint?: string;
  modules: PolicyModule[];
  data?: JsonObject;
}

/** Says what a bundle is. */
export interface BundleDescription {
  /** SHA-256 over its files, in hexadecimal. */
  digest: string;
  revision: string;
  /** Whether the bundle gives the revision; it is derived from the digest else. */
  versioned: boolean;
  roots: string[];
  metadata: JsonObject;
  name?: string;
  entrypoint?: string;
  /** Who signed it, if it was verified. */
  signer?: string;
  /** Whether it holds the policy compiled, too. */
  program: boolean;
}

/** Tells of one place in a policy. Without a file it concerns no single place. */
export interface PolicyFinding {
  code: string;
  severity: "error" | "warning";
  file: string | null;
  row: number | null;
  column: number | null;
  message: string;
  hint: string;
}

/** Holds JSON Schemas of what a policy reads. */
export interface PolicySchemas {
  input?: JsonObject;
  data?: JsonObject;
}

/** Returns a record's JSON text. */
export function textOf(record: OrText<object>): string {
  return typeof record === "string" ? record : JSON.stringify(record);
}
