// `evaluate.js PLACE`, where the package is installed in PLACE. Reads {"filters": [...], "resources": [...]} and prints one line per filter: a 1 or 0 for each resource, or the
// parser's complaint behind a "!".
"use strict";
const { parse, filter } = require(process.argv[2] + "/node_modules/scim2-parse-filter");
const { filters, resources } = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const text of filters) {
  let line;
  try {
    const matches = filter(parse(text));
    line = resources.map((resource) => (matches(resource) ? "1" : "0")).join("");
  } catch (problem) {
    line = "!" + String(problem.message).replace(/\s+/g, " ");
  }
  console.log(line);
}
