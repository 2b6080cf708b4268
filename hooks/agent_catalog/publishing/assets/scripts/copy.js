// Buttons that copy an element's text, or a file from one of its lines on.

async function read({ acCopy: what, acFromLine: line }) {
  if (what.startsWith("#")) return document.querySelector(what).textContent;
  const answer = await fetch(what);
  if (!answer.ok) throw answer;
  const text = await answer.text();
  const end = [...text.matchAll(/\r\n|\r|\n/g)][line - 2];
  return end ? text.slice(end.index + end[0].length) : text;
}

async function copy(button, label) {
  try {
    await navigator.clipboard.writeText(await read(button.dataset));
    button.textContent = "Copied";
  } catch {
    button.textContent = "Cannot copy here";
  }
  setTimeout(() => (button.textContent = label), 2000);
}

export function start(root) {
  // The commands need the file's full address, which only the browser knows here.
  for (const install of root.querySelectorAll("[data-ac-install]")) {
    const url = new URL(install.dataset.acInstall, location).href.replaceAll("'", "%27");
    for (const place of install.querySelectorAll("[data-ac-address]")) place.textContent = `'${url}'`;
    install.querySelector(".ac-views").hidden = false;
  }
  for (const button of root.querySelectorAll("[data-ac-copy][hidden]")) {
    const label = button.textContent;
    button.hidden = false;
    button.ariaLive = "polite";
    button.onclick = () => copy(button, label);
  }
}
