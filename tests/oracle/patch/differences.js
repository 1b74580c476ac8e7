// Where the oracle is not followed, and why. Each has a name, the section that decides, and `expected`: what we answer in
// that case, made from the case and the oracle's result; undefined when it does not apply.
"use strict";

const FILTERED = /^(\w+)\[type eq "(\w+)"(?: and value co "(\w+)")?\](?:\.(\w+))?$/;
const MEMBER = /^members\[value eq "(\w+)"\]$/;

const clone = (value) => JSON.parse(JSON.stringify(value));

// The path's list, filter and sub-attribute, and the elements that the filter matches.
function filtered(resource, path) {
  const parts = FILTERED.exec(path ?? "");
  if (!parts) return null;
  const [, attribute, type, part, sub] = parts;
  const matches = (resource[attribute] ?? []).filter((e) => e.type === type && (!part || (e.value ?? "").includes(part)));
  return { attribute, type, sub, matches };
}

// Of several primary elements the one written last stays (ours are the last of the list, or named by the filter).
function onePrimary(resource, operation) {
  const out = clone(resource);
  const named = filtered(out, operation.path);
  const primaries = (out.emails ?? []).filter((e) => e.primary === true);
  if (primaries.length < 2) return undefined;
  const listed = [operation.value, operation.value?.emails].flat(2).filter((e) => e?.primary === true);
  const written = named ? named.matches : listed.map((l) => primaries.find((e) => l.value === e.value && l.type === e.type));
  const last = written.filter((e) => e?.primary === true).pop();
  for (const element of primaries) if (element !== last) delete element.primary;
  return out;
}

// Of elements with the same type and value the first stays; it is primary if one of them was.
function unique(elements) {
  const out = [];
  for (const element of elements) {
    const there = out.find((e) => e.type === element.type && e.value === element.value);
    if (!there) out.push(element);
    else if (element.primary) there.primary = true;
  }
  return out;
}

const differences = [
  {
    name: "a required attribute cannot be removed",
    section: "RFC 7644 3.5.2.2",
    expected: ({ operation }) => (operation.op === "remove" && operation.path === "userName" ? { error: "mutability" } : undefined),
  },
  {
    name: "a readOnly attribute cannot be changed by its path",
    section: "RFC 7643 2.2, RFC 7644 3.5.2",
    expected: ({ operation, state }) => (operation.path === "id" && operation.value !== state.id ? { error: "mutability" } : undefined),
  },
  {
    name: "removing who is no member is success",
    section: "RFC 7644 3.5.2.2",
    expected: ({ operation, state }) => {
      const one = MEMBER.exec(operation.path ?? "");
      const gone = one ? [one[1]] : operation.path === "members" && operation.op === "remove" && operation.value ? operation.value.map((m) => m.value) : [];
      const held = (state.members ?? []).map((m) => m.value);
      return gone.length > 0 && !gone.some((id) => held.includes(id)) ? { resource: state } : undefined;
    },
  },
  {
    name: "a filter that matches nothing is no target",
    section: "RFC 7644 3.5.2.2 and 3.12, Table 9",
    expected: ({ operation, state, no_match }) => {
      const target = filtered(state, operation.path);
      if (!target || target.matches.length > 0) return undefined;
      return operation.op === "remove" || (operation.op === "replace" && no_match === "error") ? { error: "noTarget" } : undefined;
    },
  },
  {
    name: "a value that a filter describes is made: by add, and by replace if so configured",
    section: "RFC 7644 3.5.2.1: what does not exist is added; 3.5.2.3 would have noTarget, Entra ID expects it",
    expected: ({ operation, state, no_match }) => {
      const target = filtered(state, operation.path);
      if (!target || target.matches.length > 0 || operation.op === "remove") return undefined;
      if (operation.op === "replace" && no_match === "error") return undefined;
      const made = target.sub ? { type: target.type, [target.sub]: operation.value } : { type: target.type, ...operation.value };
      // A mere flag describes nothing that could be kept.
      const emails = [...(state.emails ?? []), ...(made.value || made.display ? [made] : [])];
      const out = { ...clone(state), emails };
      return { resource: onePrimary(out, operation) ?? out };
    },
  },
  {
    name: "values that match a filter are replaced as a whole",
    section: "RFC 7644 3.5.2.3: all matching record values SHALL be replaced",
    expected: ({ operation, state }) => {
      const target = filtered(state, operation.path);
      if (!target || target.sub || operation.op !== "replace" || target.matches.length === 0) return undefined;
      const out = clone(state);
      out.emails = unique(out.emails.map((e) => (e.type === target.type ? clone(operation.value) : e)));
      return { resource: onePrimary(out, { ...operation, path: undefined }) ?? out };
    },
  },
  {
    name: "one value is primary at most",
    section: "RFC 7643 2.4, RFC 7644 3.5.2",
    expected: ({ operation, theirs }) => {
      const settled = theirs && onePrimary(theirs, operation);
      return settled ? { resource: settled } : undefined;
    },
  },
  {
    name: "a complex attribute in a value without a path is merged",
    section: "RFC 7644 3.5.2.1, 3.5.2.3: sub-attributes that are not named are left unchanged",
    expected: ({ operation, state }) =>
      !operation.path && operation.value.name ? { resource: { ...clone(state), name: { ...state.name, ...operation.value.name } } } : undefined,
  },
  {
    name: "values that have become alike are one",
    section: "RFC 7643 2.4: (type, value) pairs are unique",
    expected: ({ operation, theirs }) =>
      theirs?.emails && filtered(theirs, operation.path) ? { resource: { ...theirs, emails: unique(clone(theirs.emails)) } } : undefined,
  },
  {
    name: "a value that is there is not added again",
    section: "RFC 7644 3.5.2.1: no duplicates; RFC 7643 2.4: (type, value) pairs are unique",
    expected: ({ operation, state }) => {
      if (operation.op !== "add" || operation.path !== "emails") return undefined;
      const out = clone(state);
      out.emails ??= [];
      for (const added of operation.value) {
        const there = out.emails.find((e) => e.type === added.type && e.value === added.value);
        if (there) Object.assign(there, added);
        else out.emails.push(clone(added));
      }
      return { resource: onePrimary(out, operation) ?? out };
    },
  },
];

module.exports = { differences };
