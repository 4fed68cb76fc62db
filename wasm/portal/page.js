/**
 * Returns the element with an id, which must be of the class.
 *
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  return expected(document.getElementById(id), id, kind);
}

/**
 * Returns a new copy of a template's only element.
 *
 * @param {string} id
 */
export function copyOf(id) {
  const template = byId(id, HTMLTemplateElement);
  return expected(template.content.firstElementChild?.cloneNode(true), id, HTMLElement);
}

/**
 * Returns the part of an element that a template gave a name.
 *
 * @template {Element} Kind
 * @param {Element} element
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(element, name, kind) {
  return expected(element.querySelector(`[data-part="${name}"]`), name, kind);
}

/**
 * Returns a new element with text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} text
 */
export function textElement(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
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

/**
 * @template {Element} Kind
 * @param {Node | null | undefined} node
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function expected(node, name, kind) {
  if (!(node instanceof kind)) {
    throw new TypeError(`the page has no ${kind.name} \`${name}\``);
  }
  return node;
}
