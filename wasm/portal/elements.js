const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const icons = {
  yes: "m5 10.5 3.4 3.4L15 7",
  no: "m6 6 8 8M14 6l-8 8",
  masked: "M3 10h3M8.5 10h3M14 10h3",
  file: "M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4",
  lock: "M4.5 9h11v8h-11zM7 9V6a3 3 0 0 1 6 0v3",
  upload: "M10 13V3.5M6 7l4-4 4 4M3.5 13v2a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5v-2",
  key: "M13 10.5a3.5 3.5 0 1 0-3.3-2.3L3.5 14.4v2.1h2.6v-1.8h1.8v-1.8l1.9-1.9a3.5 3.5 0 0 0 3.2-.5ZM13.2 6.8h.01",
  wait: "M10 5.5V10l3 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
};

/** @typedef {string | Node | undefined} Child */

/**
 * Makes an element. Properties whose names begin with `on` are listeners, the others attributes.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: any) => void)>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * Makes a picture that says nothing that is not said in words beside it.
 *
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", icons[name] ?? "");
  svg.append(path);
  return svg;
}

/**
 * Makes a button. What is `unseen` is for screen readers, which read buttons by themselves.
 *
 * @param {string} text
 * @param {string} look
 * @param {() => void} clicked
 * @param {string} [unseen]
 */
export function button(text, look, clicked, unseen) {
  return make(
    "button",
    { type: "button", class: look, onclick: clicked },
    text,
    unseen && make("span", { class: "unseen" }, ` ${unseen}`),
  );
}

/**
 * Makes rows of a name and a text or lines.
 *
 * @param {[string, string | Node | (string | Node)[]][]} rows
 */
export function facts(rows) {
  const children = rows.flatMap(([name, value]) => [
    make("dt", {}, name),
    ...[value].flat().map((line) => make("dd", {}, line)),
  ]);
  return make("dl", {}, ...children);
}
