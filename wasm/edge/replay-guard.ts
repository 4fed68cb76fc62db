import type { ReplayStore } from "./replay.js";

/** Is what this package uses of a Durable Object's state. */
export interface GuardState {
  storage: {
    get(key: string): Promise<number | undefined>;
    put(key: string, value: number): Promise<void>;
    delete(keys: string[]): Promise<number>;
    list(options: { limit: number; startAfter?: string }): Promise<Map<string, number>>;
    getAlarm(): Promise<number | null>;
    setAlarm(time: number): Promise<void>;
  };
}

/** Is what this package uses of a binding to a class of Durable Objects. */
export interface Guards {
  idFromName(name: string): unknown;
  get(id: unknown): { fetch(url: string): Promise<Response> };
}

/** How many ids are removed at once: storage takes no more keys in one call. */
const PURGED_AT_ONCE = 128;

const PURGE_AFTER_MS = 60_000;

/**
 * Remembers proofs for all instances of a Worker, as a Durable Object. While one waits for its storage no other request gets in,
 * so of two with one id the second finds it there.
 */
export class ReplayGuard {
  readonly #storage: GuardState["storage"];

  constructor(state: GuardState) {
    this.#storage = state.storage;
  }

  async fetch(request: Request): Promise<Response> {
    const { pathname: id, searchParams } = new URL(request.url);
    const until = Number(searchParams.get("until"));
    if ((await this.#storage.get(id)) !== undefined) {
      return new Response(null, { status: 409 });
    }
    await this.#storage.put(id, until);
    if ((await this.#storage.getAlarm()) === null) {
      await this.#storage.setAlarm(Date.now() + PURGE_AFTER_MS);
    }
    return new Response(null, { status: 201 });
  }

  /** Forgets what need not be kept any longer. */
  async alarm(): Promise<void> {
    const now = Date.now();
    let left = false;
    for (let after: string | undefined, more = true; more; ) {
      const page = await this.#storage.list({ limit: PURGED_AT_ONCE, ...(after === undefined ? {} : { startAfter: after }) });
      const ended = Array.from(page).flatMap(([id, until]) => (until < now ? [id] : []));
      await this.#storage.delete(ended);
      left ||= ended.length < page.size;
      after = Array.from(page.keys()).at(-1);
      more = page.size === PURGED_AT_ONCE;
    }
    if (left) {
      await this.#storage.setAlarm(now + PURGE_AFTER_MS);
    }
  }
}

/** Asks the guards: by the first letters of the id one of 256. */
export class GuardReplayStore implements ReplayStore {
  readonly #guards: Guards;

  constructor(guards: Guards) {
    this.#guards = guards;
  }

  async add(id: string, until: Date): Promise<boolean> {
    const guard = this.#guards.get(this.#guards.idFromName(id.slice(0, 2)));
    const { status } = await guard.fetch(`https://replay/${id}?until=${until.getTime()}`);
    if (status !== 201 && status !== 409) {
      throw new Error(`the replay guard answered ${status}`);
    }
    return status === 201;
  }
}
