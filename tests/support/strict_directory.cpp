#include "support/strict_directory.hpp"

#include <set>

#include "base/text.hpp"
#include "directory/matching.hpp"

namespace dirbridge::test {

namespace {

using directory::Dn;
using Values = std::vector<std::string>;

constexpr std::size_t longest_title = 30;
constexpr std::size_t longest_name = 245;

Error refused(const std::string& code) {
  return error(ErrorKind::Refused, "the directory answered " + code, code);
}

Result<> check_values(const std::string& attribute, const Values& values) {
  std::set<std::string> keys;
  for (const auto& value : values) {
    if (iequals(attribute, "homePhone") && value.find('*') != std::string::npos)
      return refused("invalidAttributeSyntax");
    if (iequals(attribute, "title") && value.size() > longest_title) return refused("constraintViolation");
    if (!keys.insert(directory::matching_key(attribute, value)).second)
      return error(ErrorKind::ValueExists, "the directory answered attributeOrValueExists");
  }
  return {};
}

Result<> check_name(const directory::Rdn& name) {
  if (name.str().size() > longest_name) return error(ErrorKind::Unavailable, "the directory answered other");
  return {};
}

// The bridge has rights below its three bases only.
Result<> check_parent(const Dn& parent) {
  for (const auto* base : {"ou=people", "ou=groups", "ou=dirbridge"})
    if (parent.is_within(Dn::parse(std::string(base) + ",dc=example,dc=org").value())) return {};
  return error(ErrorKind::Denied, "the directory answered insufficientAccessRights",
               "insufficientAccessRights");
}

struct Checker {
  Result<> operator()(const directory::Add& add) const {
    if (auto good = check_name(add.dn.rdn()); !good) return good;
    if (auto good = check_parent(add.dn.parent()); !good) return good;
    for (const auto& attribute : add.attributes)
      if (auto good = check_values(attribute.name, attribute.values); !good) return good;
    return {};
  }
  Result<> operator()(const directory::Modify& modify) const {
    const auto name = modify.dn.rdn();
    for (const auto& m : modify.modifications) {
      if (auto good = check_values(m.attribute, m.values); !good) return good;
      const bool keeps = std::any_of(m.values.begin(), m.values.end(), [&](const auto& value) {
        return directory::matching_key(m.attribute, value) ==
               directory::matching_key(m.attribute, name.value());
      });
      if (m.op == directory::Modification::Op::Replace && iequals(m.attribute, name.attribute()) && !keeps)
        return error(ErrorKind::Denied, "the directory answered notAllowedOnRDN: " + modify.dn.str(),
                     "notAllowedOnRDN");
    }
    return {};
  }
  Result<> operator()(const directory::Rename& rename) const {
    if (auto good = check_name(rename.new_rdn); !good) return good;
    return rename.new_superior ? check_parent(*rename.new_superior) : Result<>();
  }
  Result<> operator()(const directory::Delete&) const { return {}; }
};

}  // namespace

Result<std::optional<directory::Entry>> StrictDirectory::apply(const directory::Change& change,
                                                               const Values& read_back, Deadline d) {
  if (auto good = std::visit(Checker(), change.operation); !good) return good.error();
  return ForwardingDirectory::apply(change, read_back, d);
}

std::vector<Result<>> StrictDirectory::apply_all(std::span<const directory::Change> changes, Deadline d) {
  std::vector<Result<>> out;
  for (const auto& change : changes) {
    auto done = apply(change, {}, d);
    out.push_back(done ? Result<>() : Result<>(done.error()));
  }
  return out;
}

directory::Directory::Mixed StrictDirectory::apply_and_search(
    const directory::Change& change, const Values& read_back,
    std::span<const directory::SearchRequest> searches, Deadline d) {
  auto done = apply(change, read_back, d);
  return {std::move(done), search_all(searches, d)};
}

}  // namespace dirbridge::test
