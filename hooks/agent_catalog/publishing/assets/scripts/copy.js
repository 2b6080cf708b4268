// Buttons that copy: the text of an element, or of a file from one of its lines on.

const LINE_BREAK = /\r\n|\r|\n/g;

/** The text from a line on, to the letter. */
function fromLine(text, line) {
  let start = 0;
  for (const found of text.matchAll(LINE_BREAK)) {
    if (--line < 1) break;
    start = found.index + found[0].length;
  }
  return text.slice(start);
}

async function read(button) {
  const { acCopy: what, acFromLine: line } = button.dataset;
  if (what.startsWith("#")) return document.querySelector(what).textContent;
  const answer = await fetch(what);
  if (!answer.ok) throw new Error(`${answer.status} ${what}`);
  return fromLine(await answer.text(), Number(line));
}

async function copy(button, label) {
  try {
    await navigator.clipboard.writeText(await read(button));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Cannot copy here";
  }
  setTimeout(() => (button.textContent = label), 2000);
}

/** The commands need the file's full address, which only the browser knows here. */
function address(install) {
  const url = new URL(install.dataset.acInstall, location.href).href.replaceAll("'", "%27");
  for (const place of install.querySelectorAll("[data-ac-address]")) place.textContent = `'${url}'`;
  install.querySelector(".ac-views").hidden = false;
}

export function start(root) {
  root.querySelectorAll("[data-ac-install]").forEach(address);
  for (const button of root.querySelectorAll("[data-ac-copy][hidden]")) {
    const label = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(button, label));
  }
}
