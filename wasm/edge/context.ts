import type { Subject } from "../records.js";
import type { Bucket } from "./bucket.js";
import type { Cors } from "./cors.js";
import type { Issuers } from "./issuers.js";
import type { LogEntry } from "./log.js";
import type { ReplayStore } from "./replay.js";
import type { Service } from "./service.js";

/** Is what an edge is made of, once it runs. */
export interface Parts {
  service: Service;
  issuers: Issuers;
  replay: ReplayStore;
  bucket: Bucket | undefined;
  maxObjectSize: number;
  cors: Cors;
  enrol: ((verifier: string, subject: Subject) => Promise<void>) | undefined;
  /** The signed bundle, and the answer of `GET /v1/configuration`. */
  policy: { bundle: Uint8Array<ArrayBuffer>; etag: string };
  configuration: () => string;
  clock: () => Date;
}

/** Is one request on its way. */
export interface Context {
  edge: Parts;
  request: Request;
  /** As the caller reached the edge, with its query. */
  url: URL;
  /** What stands for `{id}`. */
  id: string;
  /** What stands for `{n}`; 0 where nothing does. */
  part: number;
  entry: LogEntry;
}
