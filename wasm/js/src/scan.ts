import { gateInstance } from "./instance.js";
import type { GateInstance } from "./instance.js";
import type { Findings } from "./records.js";
import { Slices, isRepeatable } from "./source.js";
import type { Source } from "./source.js";
import type { Exports } from "./wasm/gate.js";

/** Tells what a document holds, in counts. A stream is not scanned, because it could not be read again. */
export async function scan(source: Source): Promise<Findings> {
  const instance = await gateInstance();
  return withScan(instance, source, (found) => JSON.parse(instance.run(() => found.findings())) as Findings);
}

/**
 * Scans a source and hands the result to a call, then frees it.
 *
 * @internal
 */
export async function withScan<Result>(
  instance: GateInstance,
  source: Source,
  call: (scan: Exports.Scan) => Result,
): Promise<Result> {
  const found = isRepeatable(source) ? await scanned(instance, source) : instance.run((core) => core.Scan.unscanned());
  try {
    return call(found);
  } finally {
    instance.free(found);
  }
}

async function scanned(instance: GateInstance, source: Source): Promise<Exports.Scan> {
  const slices = new Slices(source);
  const scanner = instance.run((core) => new core.Scanner());
  try {
    for (let slice = await slices.next(); slice !== undefined; slice = await slices.next()) {
      const bytes = slice;
      instance.exchange((exchange) => exchange.written(bytes, (buffers, size) => scanner.push(buffers, size)));
    }
    instance.exchange((exchange) => exchange.wipe());
    return instance.run(() => scanner.finish());
  } catch (failure) {
    await slices.cancel(failure);
    throw failure;
  } finally {
    instance.free(scanner);
  }
}
