/** Is a document that comes out: whole if it came in whole, as a stream otherwise. */
export type Output = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Takes bytes that do not hold for longer than the call, unless they were given away. */
export type Take = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Has the next bytes taken, never none, and tells whether there were any. */
export type Next = (take: Take) => Promise<boolean>;

/**
 * Collects bytes whose number is known.
 *
 * @internal
 */
export async function filled(next: Next, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(size);
  let end = 0;
  const take: Take = (bytes) => {
    whole.set(bytes, end);
    end += bytes.length;
  };
  while (await next(take));
  return end === size ? whole : whole.slice(0, end);
}

/**
 * Collects bytes whose number is not known.
 *
 * @internal
 */
export async function collected(next: Next): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  while (await next((bytes) => void parts.push(bytes.slice())));
  return joined(parts);
}

/**
 * Puts one behind the other.
 *
 * @internal
 */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/**
 * Gives out bytes as they are asked for: copies, unless they are `given` away.
 *
 * @internal
 */
export function streamed(
  next: Next,
  cancel: (reason: unknown) => Promise<void>,
  given = false,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const own = (bytes: Uint8Array<ArrayBuffer>) => (given ? bytes : bytes.slice());
  return new ReadableStream({
    type: "bytes",
    pull: async (controller) => {
      if (!(await next((bytes) => deliver(bytes, controller, own)))) {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
    cancel,
  });
}

/** Puts bytes where the reader wants them, and lets what does not fit there wait. */
function deliver(
  bytes: Uint8Array<ArrayBuffer>,
  controller: ReadableByteStreamController,
  own: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): void {
  const request = controller.byobRequest;
  const room = request?.view;
  if (request === null || room === null || room === undefined) {
    controller.enqueue(own(bytes));
    return;
  }
  const fitting = bytes.subarray(0, room.byteLength);
  new Uint8Array(room.buffer, room.byteOffset, room.byteLength).set(fitting);
  request.respond(fitting.length);
  if (fitting.length < bytes.length) {
    controller.enqueue(bytes.slice(fitting.length));
  }
}
