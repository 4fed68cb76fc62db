// What a page looks and sounds like; each runs in the page, and looks into shadows too.

/** Returns what a screen reader could not name, and ids that are used twice in one tree. */
export function nameless() {
  /** @param {Document | ShadowRoot} root @returns {(Document | ShadowRoot)[]} */
  const trees = (root) => [
    root,
    ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot === null ? [] : trees(shadowRoot))),
  ];
  const named = (/** @type {HTMLElement} */ element) =>
    element.ariaLabel || element.textContent?.trim() || element.getAttribute("aria-labelledby");
  const faults = trees(document).flatMap((root) => {
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (
      root.querySelectorAll("input:not([hidden]), select, textarea, output")
    );
    const acting = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("button, a, progress, summary"));
    const ids = [...root.querySelectorAll("[id]")].map(({ id }) => id);
    return [
      ...[...fields]
        .filter((field) => !field.labels?.[0]?.textContent?.trim() && !field.ariaLabel)
        .map((field) => field.outerHTML),
      ...[...acting]
        .filter((element) => !named(element) && element.checkVisibility())
        .map((element) => element.outerHTML),
      ...[...root.querySelectorAll("img:not([alt]), [onclick]:not(button)")].map((element) => element.outerHTML),
      ...ids.filter((id, at) => ids.indexOf(id) !== at),
    ];
  });
  return [
    ...faults,
    ...(document.querySelectorAll("h1").length === 1 && document.documentElement.lang === "en" ? [] : ["h1 or lang"]),
  ];
}

/**
 * Returns the texts that stand out too little from what is behind them.
 *
 * @param {number} least
 */
export function faint(least) {
  const channels = (/** @type {string} */ color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (/** @type {number[]} */ rgb) => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (/** @type {Element} */ element) =>
    element.parentElement ?? /** @type {ShadowRoot} */ (element.getRootNode()).host ?? null;
  const behind = (/** @type {Element | null} */ element) => {
    for (; element !== null; element = over(element)) {
      const [r = 0, g = 0, b = 0, alpha = 1] = channels(getComputedStyle(element).backgroundColor);
      if (alpha === 1) {
        return [r, g, b];
      }
    }
    return [255, 255, 255];
  };
  /** @param {Document | ShadowRoot} root @returns {Element[]} */
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((element) => [
      element,
      ...(element.shadowRoot === null ? [] : all(element.shadowRoot)),
    ]);
  const texts = all(document).filter(
    (element) =>
      element.checkVisibility() &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
  );
  return texts.flatMap((element) => {
    const [front, back] = [
      luminance(channels(getComputedStyle(element).color).slice(0, 3)),
      luminance(behind(element)),
    ];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    return ratio < least ? [`${ratio.toFixed(2)} ${element.textContent?.trim()}`] : [];
  });
}
