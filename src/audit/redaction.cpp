#include "audit/redaction.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::audit {

namespace {

namespace json = boost::json;

bool is_secret(const Secrets& secrets, std::string_view attribute) {
  return iequals(attribute, "userPassword") || iequals(attribute, "unicodePwd") ||
         std::any_of(secrets.attributes.begin(), secrets.attributes.end(),
                     [&](const auto& name) { return iequals(name, attribute); });
}

// A resource names its schemas; a record without them holds a key.
std::string shown_resource(const Secrets& secrets, const std::string& text) {
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  if (failure || !value.is_object() || !value.get_object().contains("schemas")) return std::string(hidden);
  bool changed = false;
  for (const auto& [schema, attribute] : secrets.in_resource) {
    auto* extension = value.get_object().if_contains(schema);
    auto* secret =
        extension && extension->is_object() ? extension->get_object().if_contains(attribute) : nullptr;
    if (!secret) continue;
    *secret = hidden;
    changed = true;
  }
  return changed ? json::serialize(value) : text;
}

struct Hider {
  const Secrets& secrets;

  void values(std::string_view attribute, std::vector<std::string>& all) const {
    for (auto& value : all) value = shown(secrets, attribute, value);
  }
  void operator()(directory::Add& add) const {
    directory::Attributes out;
    for (auto attribute : add.attributes) {
      values(attribute.name, attribute.values);
      out.append(std::move(attribute));
    }
    add.attributes = std::move(out);
  }
  void operator()(directory::Modify& modify) const {
    for (auto& m : modify.modifications) values(m.attribute, m.values);
  }
  void operator()(directory::Rename&) const {}
  void operator()(directory::Delete&) const {}
};

}  // namespace

std::string shown(const Secrets& secrets, std::string_view attribute, const std::string& value) {
  if (is_secret(secrets, attribute)) return std::string(hidden);
  return iequals(attribute, attr::resource) ? shown_resource(secrets, value) : value;
}

directory::Change shown(const Secrets& secrets, directory::Change change) {
  std::visit(Hider{secrets}, change.operation);
  return change;
}

}  // namespace dirbridge::audit
