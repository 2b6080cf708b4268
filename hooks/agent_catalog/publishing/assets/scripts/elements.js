/** A new element; a string among its children is text, never markup. */
export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Text without case and accents, to compare it. */
export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
