/**
 * Returns the element with an id, which must be of the class.
 *
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) {
    throw new TypeError(`the page has no ${kind.name} \`${id}\``);
  }
  return element;
}

/**
 * Has a screen reader say something.
 *
 * @param {string} text
 */
export function announce(text) {
  byId("status", HTMLElement).textContent = text;
}
