import { Gate, Identity, Policy, decrypt } from "/sealwright/browser.js";

/** How much of a file is shown, in bytes. */
const SHOWN = 16 * 1024;

/** A line of more words than these is not compared. */
const LONGEST_LINE = 600;

/**
 * Is a piece of masked text: what stayed, or what stands where something was found.
 *
 * @typedef {{ text: string, masked: boolean }} Piece
 */

/**
 * Masks the beginning of a file: the gate itself does it, for a key that nobody keeps.
 *
 * @param {Blob} file
 * @param {any} operators
 * @returns {Promise<{ pieces: Piece[], whole: boolean } | undefined>} nothing if it is no text
 */
export async function maskedHead(file, operators) {
  const head = await beginning(file);
  if (head === undefined) {
    return undefined;
  }
  const identity = await Identity.generate();
  const gate = new Gate({ policy: await masking(operators), subject: { type: "job", id: "preview" } });
  const sealed = await gate.seal(new TextEncoder().encode(head.text), { recipients: [identity.recipient], label: {} });
  const masked = new TextDecoder().decode(await decrypt(sealed, { identities: [identity] }));
  return { pieces: compared(head.text, masked), whole: head.whole };
}

/** @param {any} operators */
function masking(operators) {
  const text = `package preview

answer := {
	"decision": true,
	"reasons": [],
	"obligations": [{"type": "transform", "operators": data.operators}],
	"cache_for_ms": 0,
}
`;
  return Policy.load({
    name: "preview",
    revision: "1",
    entrypoint: "preview.answer",
    modules: [{ path: "preview.rego", text }],
    data: { operators },
  });
}

/**
 * Reads to the end of a line, so that nothing is cut in two that would be found whole.
 *
 * @param {Blob} file
 */
async function beginning(file) {
  const whole = file.size <= SHOWN;
  const bytes = new Uint8Array(await file.slice(0, SHOWN).arrayBuffer());
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !whole });
    const end = whole ? text.length : text.lastIndexOf("\n") + 1;
    return text.includes("\0") ? undefined : { text: text.slice(0, end || text.length), whole };
  } catch {
    return undefined;
  }
}

/**
 * Tells what masking changed, line by line.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Piece[]}
 */
export function compared(before, after) {
  const [lines, others] = [before.split("\n"), after.split("\n")];
  if (lines.length !== others.length) {
    return [{ text: after, masked: false }];
  }
  const pieces = lines.flatMap((line, at) => {
    const end = at < lines.length - 1 ? "\n" : "";
    const other = others[at] ?? "";
    return line === other
      ? [{ text: other + end, masked: false }]
      : [...comparedLine(line, other), { text: end, masked: false }];
  });
  return merged(pieces);
}

/**
 * Aligns the words of a line before and after. Where they differ, something was masked.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Piece[]}
 */
function comparedLine(before, after) {
  const [a, b] = [words(before), words(after)];
  if (a.length > LONGEST_LINE || b.length > LONGEST_LINE) {
    return [{ text: after, masked: true }];
  }
  /** @type {Piece[]} */
  const pieces = [];
  let [was, is] = ["", ""];
  const change = () => {
    pieces.push(...changed(was, is));
    [was, is] = ["", ""];
  };
  const steps = aligned(a, b);
  steps.forEach(([one, other], at) => {
    const bridge = one === other && one?.trim() === "" && was + is !== "" && steps[at + 1]?.[0] !== steps[at + 1]?.[1];
    if (one === other && !bridge) {
      change();
      pieces.push({ text: one ?? "", masked: false });
    } else {
      was += one ?? "";
      is += other ?? "";
    }
  });
  change();
  return pieces;
}

/**
 * Leaves out of a change what both sides begin and end with.
 *
 * @param {string} was
 * @param {string} is
 * @returns {Piece[]}
 */
function changed(was, is) {
  if (was === is) {
    return [{ text: is, masked: false }];
  }
  const most = Math.min(was.length, is.length);
  let start = 0;
  while (start < most && was[start] === is[start]) {
    start += 1;
  }
  let end = 0;
  while (end < most - start && was.at(-1 - end) === is.at(-1 - end)) {
    end += 1;
  }
  const rest = is.length - end;
  return [
    { text: is.slice(0, start), masked: false },
    { text: is.slice(start, rest), masked: true },
    { text: is.slice(rest), masked: false },
  ];
}

/**
 * Pairs the words that both sides have in their order; each of the others stands alone.
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {[string | undefined, string | undefined][]}
 */
function aligned(a, b) {
  const lengths = common(a, b);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => lengths[i * (b.length + 1) + j] ?? 0;
  /** @type {[string | undefined, string | undefined][]} */
  const steps = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push([a[i++], b[j++]]);
    } else if (j < b.length && (i === a.length || at(i, j + 1) >= at(i + 1, j))) {
      steps.push([undefined, b[j++]]);
    } else {
      steps.push([a[i++], undefined]);
    }
  }
  return steps;
}

/**
 * Returns, for every pair of places, how long the longest common subsequence behind them is.
 *
 * @param {string[]} a
 * @param {string[]} b
 */
function common(a, b) {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const here = i * width + j;
      lengths[here] =
        a[i] === b[j]
          ? (lengths[here + width + 1] ?? 0) + 1
          : Math.max(lengths[here + width] ?? 0, lengths[here + 1] ?? 0);
    }
  }
  return lengths;
}

/** @param {string} line */
function words(line) {
  return line.match(/\s+|\S+/gu) ?? [];
}

/**
 * Joins neighbours of one kind. Something that left nothing behind is shown as such.
 *
 * @param {Piece[]} pieces
 */
function merged(pieces) {
  /** @type {Piece[]} */
  const joined = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && last.masked === piece.masked) {
      last.text += piece.text;
    } else if (piece.masked || piece.text !== "") {
      joined.push({ ...piece });
    }
  }
  return joined;
}
