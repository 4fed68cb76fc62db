import type { JsonObject } from "../records.js";
import type { EdgeOptions } from "./edge.js";
import type { IssuerOptions } from "./issuers.js";

/** Is what every host reads from its configuration, under the same names. What is secret or a file, each has its own way for. */
export interface Settings {
  issuers: IssuerOptions[];
  /** As verifier keys. */
  senders: string[];
  policy: { signers: string[]; name?: string; revision?: string; entrypoint?: string };
  allow_unsigned?: boolean;
  /** As which origin callers reach the edge. */
  origin?: string;
  cors_origins?: string[];
  max_object_size?: number;
  claims?: Record<string, string>;
  /** What the policy sees in every request's context, such as the region. */
  context?: JsonObject;
  delegates?: "transform"[];
  skew_s?: number;
}

/** Reads a configuration and refuses what it does not know: a misspelt key would be without effect, unseen. */
export function readSettings(text: string, more: Readonly<Record<string, Check>> = {}): Settings & Record<string, unknown> {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch (cause) {
    throw new TypeError("the configuration is not JSON", { cause });
  }
  checked("the configuration", settings, { ...CHECKS, ...more });
  const { policy, issuers } = settings as Settings & Record<string, unknown>;
  checked("`policy`", policy, POLICY);
  issuers.forEach(checkedIssuer);
  return settings as Settings & Record<string, unknown>;
}

/** Returns the part of an edge's options that the settings say. */
export function edgeOptions(settings: Settings): Omit<EdgeOptions, "policy" | "identities"> {
  const { issuers, senders, claims, context, delegates, allow_unsigned, origin, cors_origins, max_object_size, skew_s } = settings;
  return {
    issuers,
    senders,
    allowUnsigned: allow_unsigned ?? false,
    ...(claims && { claims }),
    ...(context && { context }),
    ...(delegates && { delegates }),
    ...(origin && { origin }),
    ...(cors_origins && { corsOrigins: cors_origins }),
    ...(max_object_size && { maxObjectSize: max_object_size }),
    ...(skew_s !== undefined && { skewSeconds: skew_s }),
  };
}

/** Says what a value must be, and whether it must be there. */
export interface Check {
  is: string;
  required?: boolean;
  holds(value: unknown): boolean;
}

/** Is a text that is not empty. */
export const TEXT = { is: "a text", holds: (value: unknown) => typeof value === "string" && value !== "" };

const TEXTS = { is: "a list of texts", holds: (value: unknown) => Array.isArray(value) && value.every(TEXT.holds) };

/** Is an integer from 0 on. */
export const COUNT = { is: "an integer from 0", holds: (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0 };

const OBJECT = { is: "an object", holds: (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value) };

const LIST = { is: "a list that is not empty", holds: (value: unknown) => Array.isArray(value) && value.length > 0 };

const CHECKS: Readonly<Record<string, Check>> = {
  issuers: { ...LIST, required: true },
  senders: { ...TEXTS, required: true },
  policy: { ...OBJECT, required: true },
  allow_unsigned: { is: "true or false", holds: (value) => typeof value === "boolean" },
  origin: TEXT,
  cors_origins: TEXTS,
  max_object_size: COUNT,
  claims: OBJECT,
  context: OBJECT,
  delegates: TEXTS,
  skew_s: COUNT,
};

const ISSUER: Readonly<Record<string, Check>> = {
  issuer: { ...TEXT, required: true },
  audience: { ...TEXT, required: true },
  keys: OBJECT,
  keys_url: TEXT,
  client_id: TEXT,
};

const POLICY: Readonly<Record<string, Check>> = {
  bundle: TEXT,
  signers: { ...LIST, required: true },
  name: TEXT,
  revision: TEXT,
  entrypoint: TEXT,
};

function checked(name: string, value: unknown, checks: Readonly<Record<string, Check>>): void {
  if (!OBJECT.holds(value)) {
    throw new TypeError(`expected ${name} to be an object`);
  }
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (check === undefined) {
      throw new TypeError(`${name} has \`${key}\`, which nothing reads`);
    }
    if (!check.holds(record[key])) {
      throw new TypeError(`expected \`${key}\` of ${name} to be ${check.is}`);
    }
  }
  const missing = Object.keys(checks).find((key) => checks[key]?.required && !Object.hasOwn(record, key));
  if (missing !== undefined) {
    throw new TypeError(`${name} lacks \`${missing}\``);
  }
}

function checkedIssuer(options: IssuerOptions): void {
  checked("an issuer", options, ISSUER);
  const { issuer, keys, keys_url } = options;
  if ((keys === undefined) === (keys_url === undefined)) {
    throw new TypeError(`expected one of \`keys\` and \`keys_url\` for the issuer \`${issuer}\``);
  }
}
