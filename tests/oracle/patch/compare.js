// `compare.js PLACE DRIVER`: what the driver makes of generated PATCH operations against what scim-patch (installed in
// PLACE) makes of them, operation by operation. Every difference must be one of differences.js, and as it says there; one
// that never occurs is out of date. Whole requests must be the sum of their operations.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const readline = require("node:readline");
const { makeCase } = require("./cases.js");
const { differences } = require("./differences.js");

const CASES = 3000;
const [place, driver] = process.argv.slice(2);
const { scimPatch } = require(require.resolve("scim-patch", { paths: [place] }));

class Driver {
  constructor(program) {
    this.child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }
  async ask(question) {
    this.child.stdin.write(JSON.stringify(question) + "\n");
    const { value, done } = await this.lines.next();
    assert(!done, "the driver has ended");
    return JSON.parse(value);
  }
  end() {
    this.child.stdin.end();
  }
}

const clone = (value) => JSON.parse(JSON.stringify(value));

// Without what means "no value" (RFC 7643 2.5), `primary` that is false, `schemas`, and the order of lists and of names.
function normal(value) {
  if (Array.isArray(value)) return value.map(normal).filter((v) => v !== undefined).map((v) => JSON.stringify(v)).sort();
  if (value === null || value === "") return undefined;
  if (typeof value !== "object") return value;
  const members = Object.entries(value)
    .filter(([name, member]) => name !== "schemas" && !(name === "primary" && member === false))
    .map(([name, member]) => [name, normal(member)])
    .filter(([, member]) => member !== undefined && !(typeof member === "object" && Object.keys(member).length === 0));
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const same = (a, b) => JSON.stringify(normal(a)) === JSON.stringify(normal(b));

function oracle(state, operation, no_match) {
  try {
    return { resource: scimPatch(clone(state), [clone(operation)], { mutateDocument: false, treatMissingAsAdd: no_match === "create" }) };
  } catch (error) {
    return { error: error.scimCode ?? error.name };
  }
}

function agrees(ours, theirs) {
  return ours.error || theirs.error ? ours.error === theirs.error : same(ours.resource, theirs.resource);
}

// The difference that explains it, or undefined.
function explanation(step) {
  return differences.find(({ expected }) => {
    const wanted = expected(step);
    return wanted && agrees(step.ours, wanted);
  });
}

async function main() {
  const bridge = new Driver(driver);
  const used = new Map(differences.map(({ name }) => [name, 0]));
  let agreed = 0;
  const wrong = [];
  for (let seed = 0; seed < CASES; ++seed) {
    const { type, resource, operations, no_match } = makeCase(seed);
    let state = (await bridge.ask({ type, resource, operations: [], no_match })).resource;
    let failure;
    let described = false; // an element without a value: it lives as long as its request
    for (const operation of operations) {
      const ours = await bridge.ask({ type, resource: state, operations: [operation], no_match });
      const theirs = oracle(state, operation, no_match);
      const difference = agrees(ours, theirs) ? null : explanation({ state, operation, no_match, ours, theirs: theirs.resource });
      if (difference === null) ++agreed;
      else if (difference) used.set(difference.name, used.get(difference.name) + 1);
      else wrong.push({ seed, no_match, state, operation, ours, theirs });
      described ||= /\]\.primary$/.test(operation.path ?? "");
      failure = ours.error;
      if (failure) break;
      state = ours.resource;
    }
    if (described) continue;
    const whole = await bridge.ask({ type, resource, operations, no_match });
    if (!agrees(whole, failure ? { error: failure } : { resource: state })) wrong.push({ seed, operations, whole, sum: failure ?? state });
  }
  bridge.end();
  for (const one of wrong.slice(0, 5)) console.error(JSON.stringify(one, null, 1));
  for (const { name, section } of differences) console.log(`${String(used.get(name)).padStart(6)}  ${name} (${section})`);
  const idle = differences.filter(({ name }) => used.get(name) === 0);
  for (const { name } of idle) console.error(`never occurs: ${name}`);
  console.log(`${agreed} operations agree, ${wrong.length} differ without a reason`);
  process.exitCode = wrong.length === 0 && idle.length === 0 && agreed > CASES ? 0 : 1;
}

main();
