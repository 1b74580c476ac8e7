#include "doctor/server.hpp"

#include <algorithm>

#include "doctor/embedded_schema.hpp"

namespace dirbridge::doctor {
namespace {

using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Scope;
using directory::SearchRequest;

// The names of one definition: NAME 'a' or NAME ( 'a' 'b' ) (RFC 4512 4.1).
void add_names(std::string_view definition, Names& names) {
  const auto at = definition.find("NAME ");
  if (at == std::string_view::npos) return;
  auto rest = trim(definition.substr(at + 5));
  const bool several = !rest.empty() && rest.front() == '(';
  rest = several ? rest.substr(1, rest.find(')')) : rest.substr(0, rest.find('\'', 1) + 1);
  const auto parts = split(rest, '\'');
  for (std::size_t i = 1; i < parts.size(); i += 2) names.emplace(parts[i]);
}

Names names_of(const Entry& entry, std::string_view attribute) {
  Names names;
  if (const auto* definitions = entry.attributes.find(attribute)) {
    for (const auto& definition : *definitions) add_names(definition, names);
  }
  return names;
}

// "uid,cn eq,pres": every attribute when eq is among the kinds, or when none is named (then it is the
// default).
void add_equality_indexes(std::string_view value, Names& names) {
  const auto blank = value.find_first_of(" \t");
  const auto kinds = blank == std::string_view::npos ? std::string_view("eq") : trim(value.substr(blank));
  const auto all = split(kinds, ',');
  if (std::none_of(all.begin(), all.end(), [](auto kind) { return iequals(trim(kind), "eq"); })) return;
  for (const auto attribute : split(value.substr(0, blank), ',')) names.emplace(trim(attribute));
}

std::optional<std::size_t> depth_if_holds(const Entry& database, const Dn& entry) {
  std::optional<std::size_t> depth;
  const auto* suffixes = database.attributes.find("olcSuffix");
  if (!suffixes) return depth;
  for (const auto& text : *suffixes) {
    const auto suffix = Dn::parse(text);
    if (suffix && entry.is_within(*suffix)) depth = std::max(depth.value_or(0), suffix->normalized().size());
  }
  return depth;
}

const Entry* database_of(const std::vector<Entry>& entries, const Dn& entry) {
  const Entry* best = nullptr;
  std::size_t best_depth = 0;
  for (const auto& candidate : entries) {
    const auto depth = depth_if_holds(candidate, entry);
    if (!depth || (best && *depth < best_depth)) continue;
    best = &candidate;
    best_depth = *depth;
  }
  return best;
}

// A database without a size limit has that of the frontend, which has the global one.
std::string applying_size_limit(const std::vector<Entry>& entries, const Entry& database) {
  std::string limit(database.attributes.first("olcSizeLimit"));
  const auto take = [&](bool frontend) {
    for (const auto& entry : entries) {
      const bool matches = frontend ? istarts_with(entry.attributes.first("olcDatabase"), "{-1}")
                                    : iequals(entry.dn.str(), "cn=config");
      if (matches && limit.empty()) limit = entry.attributes.first("olcSizeLimit");
    }
  };
  take(true);
  take(false);
  return limit;
}

void add_overlays(const std::vector<Entry>& entries, const Entry& database, Backend& backend) {
  for (const auto& entry : entries) {
    const std::string overlay(without_order(entry.attributes.first("olcOverlay")));
    if (overlay.empty() || !entry.dn.is_within(database.dn)) continue;
    backend.overlays.insert(overlay);
    if (entry.attributes.first("olcPPolicyHashCleartext") == "TRUE") backend.hashes_passwords = true;
    if (const auto policy = Dn::parse(entry.attributes.first("olcPPolicyDefault"));
        policy && !policy->empty()) {
      backend.default_policy = *policy;
    }
  }
}

}  // namespace

std::string_view without_order(std::string_view value) {
  const auto close = value.find('}');
  return !value.empty() && value.front() == '{' && close != std::string_view::npos ? value.substr(close + 1)
                                                                                   : value;
}

Schema required_schema() {
  Schema schema;
  Names* target = nullptr;
  for (auto line : split(embedded::dirbridge_ldif, '\n')) {
    if (istarts_with(line, "olcAttributeTypes:")) target = &schema.attributes;
    if (istarts_with(line, "olcObjectClasses:")) target = &schema.classes;
    if (target && line.find("NAME ") != std::string_view::npos) add_names(line, *target);
  }
  return schema;
}

Result<Schema> read_schema(directory::Directory& directory, Deadline deadline) {
  const auto root = directory::read(directory, Dn(), {"subschemaSubentry"}, deadline);
  if (!root) return root.error();
  const auto where = *root ? (*root)->attributes.first("subschemaSubentry") : std::string_view();
  const auto dn = Dn::parse(where.empty() ? "cn=Subschema" : where);
  if (!dn) return dn.error();
  const auto entry = directory::read(directory, *dn, {"attributeTypes", "objectClasses"}, deadline);
  if (!entry) return entry.error();
  if (!*entry) return error(ErrorKind::NotFound, "the schema (" + dn->str() + ") cannot be read");
  const auto values = [&](std::string_view attribute) {
    const auto* found = (*entry)->attributes.find(attribute);
    return found ? *found : std::vector<std::string>();
  };
  return Schema{names_of(**entry, "attributeTypes"), names_of(**entry, "objectClasses"),
                values("attributeTypes"), values("objectClasses")};
}

std::optional<Backend> read_backend(directory::Directory& directory, const Dn& entry, Deadline deadline) {
  SearchRequest request;
  request.base = Dn::parse("cn=config").value();
  request.filter = Filter::any_of({Filter::equal("objectClass", "olcGlobal"),
                                   Filter::equal("objectClass", "olcDatabaseConfig"),
                                   Filter::equal("objectClass", "olcOverlayConfig")});
  request.attributes = {"olcSuffix",  "olcDatabase",       "olcDbIndex",
                        "olcLimits",  "olcSizeLimit",      "olcRootDN",
                        "olcOverlay", "olcPPolicyDefault", "olcPPolicyHashCleartext"};
  const auto entries = directory::search(directory, request, deadline);
  if (!entries) return std::nullopt;
  const auto* database = database_of(*entries, entry);
  if (!database) return std::nullopt;
  Backend backend;
  if (const auto* indexes = database->attributes.find("olcDbIndex")) {
    for (const auto& index : *indexes) add_equality_indexes(index, backend.equality_indexes);
  }
  if (const auto* limits = database->attributes.find("olcLimits")) backend.limits = *limits;
  backend.size_limit = applying_size_limit(*entries, *database);
  if (const auto root = Dn::parse(database->attributes.first("olcRootDN"))) backend.root_dn = *root;
  add_overlays(*entries, *database, backend);
  return backend;
}

Result<Count> count_entries(directory::Directory& directory, const Dn& base, const Filter& filter,
                            Deadline deadline) {
  Count count;
  const SearchRequest request{base, Scope::Subtree, filter, {"1.1"}, 0};
  const auto done = directory.search(request, deadline, [&](Entry&&) {
    ++count.entries;
    return true;
  });
  if (!done && done.error().kind != ErrorKind::TooMany) return done.error();
  count.cut = !done;
  return count;
}

Result<std::optional<Entry>> any_entry(directory::Directory& directory, const Dn& base, const Filter& filter,
                                       const std::vector<std::string>& attributes, Deadline deadline) {
  std::optional<Entry> found;
  const SearchRequest request{base, Scope::Subtree, filter, attributes, 0};
  const auto done = directory.search(request, deadline, [&](Entry&& entry) {
    found = std::move(entry);
    return false;
  });
  if (!done) return done.error();
  return found;
}

}  // namespace dirbridge::doctor
