/**
 * Elements, made without markup: whatever text is given stays text. Names, addresses and what was captured
 * are others' words.
 */

const SVG = "http://www.w3.org/2000/svg";
/** What is not seen, or turns what stands around it: shown as its number. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * An element of HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | EventListener | undefined>} [attributes] Of one that
 *   begins with `on`, a listener; `true` sets it empty, `false` and nothing not at all.
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/**
 * An element of SVG.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | EventListener | undefined>} [attributes]
 * @param {...(Node | string | undefined)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  fill(element, attributes, children);
  return element;
}

/**
 * Sets the text of an element, if it is another.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Sets an attribute, if it is another.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Others' words with everything in them to be seen: `a\u{202e}b`.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replaceAll(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean | EventListener | undefined>} attributes
 * @param {readonly (Node | string | undefined)[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
}
