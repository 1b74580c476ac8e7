// Resources and PATCH operations, made at random from what RFC 7644 section 3.5.2 gives a meaning to. The same seed
// makes the same cases.
"use strict";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const TYPES = ["work", "home", "other"];
const WORDS = ["a", "B", "é", "x y", "say \"hi\"", "1", "true"];

// A linear congruential generator: enough to choose from lists.
class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }
  below(limit) {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * limit);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  chance(percent) {
    return this.below(100) < percent;
  }
}

const address = (random) => `${random.of(["ann", "ben", "cay"])}@example.org`;

function element(random, value) {
  const out = { value, type: random.of(TYPES) };
  if (random.chance(30)) out.display = random.of(WORDS);
  if (random.chance(20)) out.primary = true;
  return out;
}

function list(random, make) {
  const out = [];
  for (const type of TYPES) if (random.chance(40)) out.push({ ...make(), type, primary: undefined });
  if (out.length > 0 && random.chance(50)) random.of(out).primary = true;
  return JSON.parse(JSON.stringify(out));
}

function user(random) {
  const out = { id: "1", schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ann" };
  for (const name of ["displayName", "title", "nickName"]) if (random.chance(50)) out[name] = random.of(WORDS);
  if (random.chance(50)) out.active = random.chance(50);
  if (random.chance(60)) out.name = { givenName: random.of(WORDS), familyName: random.of(WORDS) };
  const emails = list(random, () => element(random, address(random)));
  if (emails.length > 0) out.emails = emails;
  if (random.chance(40)) out[ENTERPRISE] = { department: random.of(WORDS), employeeNumber: random.of(WORDS) };
  return out;
}

function group(random) {
  const members = ["u1", "u2", "u3"].filter(() => random.chance(50)).map((value) => ({ value }));
  const out = { id: "1", schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: "devs" };
  if (members.length > 0) out.members = members;
  return out;
}

const userOperations = [
  (r) => ({ op: r.of(["add", "replace"]), path: r.of(["displayName", "title", "nickName", "userName"]), value: r.of(WORDS) }),
  (r) => ({ op: r.of(["add", "replace"]), path: "active", value: r.chance(50) }),
  (r) => ({ op: r.of(["add", "replace"]), path: r.of(["name.givenName", "name.familyName", "name.middleName"]), value: r.of(WORDS) }),
  (r) => ({ op: r.of(["add", "replace"]), path: "name", value: { familyName: r.of(WORDS) } }),
  (r) => ({ op: r.of(["add", "replace"]), value: { title: r.of(WORDS), active: r.chance(50) } }),
  (r) => ({ op: r.of(["add", "replace"]), value: { "name.givenName": r.of(WORDS), displayName: r.of(WORDS) } }),
  (r) => ({ op: r.of(["add", "replace"]), value: { name: { familyName: r.of(WORDS) } } }),
  (r) => ({ op: "add", path: "emails", value: [element(r, address(r))] }),
  (r) => ({ op: "add", path: "emails", value: [element(r, "new@example.org"), element(r, address(r))] }),
  (r) => ({ op: "replace", path: "emails", value: list(r, () => element(r, address(r))) }),
  (r) => ({ op: "replace", value: { emails: list(r, () => element(r, address(r))) } }),
  (r) => ({ op: r.of(["add", "replace"]), path: `emails[type eq "${r.of(TYPES)}"].${r.of(["value", "display"])}`, value: address(r) }),
  (r) => ({ op: r.of(["add", "replace"]), path: `emails[type eq "${r.of(TYPES)}"].primary`, value: r.chance(50) }),
  (r) => {
    const value = element(r, address(r));
    return { op: "replace", path: `emails[type eq "${value.type}"]`, value };
  },
  (r) => ({ op: "remove", path: r.of(["displayName", "title", "name", "name.givenName", "emails", "active", "userName"]) }),
  (r) => ({ op: "remove", path: `emails[type eq "${r.of(TYPES)}"]` }),
  (r) => ({ op: "remove", path: `emails[type eq "${r.of(TYPES)}" and value co "ann"]` }),
  (r) => ({ op: "remove", path: `emails[type eq "${r.of(TYPES)}"].display` }),
  (r) => ({ op: r.of(["add", "replace"]), path: `${ENTERPRISE}:${r.of(["department", "costCenter"])}`, value: r.of(WORDS) }),
  (r) => ({ op: "remove", path: `${ENTERPRISE}:${r.of(["department", "costCenter"])}` }),
  (r) => ({ op: "replace", path: "id", value: r.of(["1", "2"]) }),
];

const member = (r) => ({ value: r.of(["u1", "u2", "u3", "u4"]) });
const groupOperations = [
  (r) => ({ op: "add", path: "members", value: [member(r)] }),
  (r) => ({ op: "add", path: "members", value: [{ value: "u1" }, { value: "u4" }] }),
  (r) => ({ op: "replace", path: "members", value: [member(r)] }),
  (r) => ({ op: "remove", path: `members[value eq "${member(r).value}"]` }),
  (r) => ({ op: "remove", path: "members", value: [member(r)] }),
  (r) => ({ op: "remove", path: "members" }),
  (r) => ({ op: r.of(["add", "replace"]), path: "displayName", value: r.of(WORDS) }),
  (r) => ({ op: "replace", value: { id: "1", displayName: r.of(WORDS) } }),
];

function makeCase(seed) {
  const random = new Random(seed * 7919 + 1);
  const isUser = random.chance(75);
  const operations = [];
  for (let left = 1 + random.below(4); left > 0; --left) operations.push(random.of(isUser ? userOperations : groupOperations)(random));
  return {
    type: isUser ? "User" : "Group",
    resource: isUser ? user(random) : group(random),
    operations,
    no_match: random.chance(50) ? "create" : "error",
  };
}

module.exports = { makeCase };
