import type { Decision } from "./records.js";

/** Groups the codes by what a caller can do about them. */
export type Kind =
  | "usage"
  | "malformed"
  | "integrity"
  | "no_key"
  | "policy"
  | "environment"
  | "denied";

/** Names a place in a policy module. */
export interface Location {
  file: string;
  row: number;
  column: number;
}

/** Is every failure of this package; `code` is stable, the message is for people. */
export class SealwrightError extends Error {
  override readonly name: string = "SealwrightError";
  readonly code: string;
  readonly kind: Kind;
  readonly location: Location | undefined;
  /** Is the place of a record in its batch, from 0. */
  readonly index: number | undefined;

  constructor(code: string, kind: Kind, message: string, location?: Location, index?: number) {
    super(message);
    this.code = code;
    this.kind = kind;
    this.location = location;
    this.index = index;
  }
}

/** Says that the policy refuses; `decision` tells why. */
export class DeniedError extends SealwrightError {
  override readonly name = "DeniedError";
  readonly decision: Decision;

  constructor(decision: Decision) {
    super("denied", "denied", `the policy refuses: ${decision.reasons.join(", ") || "no reason given"}`);
    this.decision = decision;
  }
}
