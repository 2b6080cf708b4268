// What several scripts make of elements and texts.

/** A new element; a string among its children is text, never markup. */
export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Text as it is compared: without case and accents. */
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A number as it is read. */
export const written = (number) => number.toLocaleString("en");
