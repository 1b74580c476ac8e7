#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scim/messages.hpp"
#include "scim/v1.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

namespace {

void rename(json::object& object, std::string_view from, std::string_view to) {
  auto* value = find_member(object, from);
  if (!value || find_member(object, to)) return;
  auto moved = std::move(*value);
  for (const auto& member : object)
    if (iequals(member.key(), from)) {
      const std::string key(member.key());
      object.erase(key);
      break;
    }
  object[to] = std::move(moved);
}

// Version 1.1 calls the id of a manager `managerId`.
void rename_manager_id(json::object& object) {
  for (auto& member : object) {
    if (!member.value().is_object()) continue;
    auto& inner = member.value().get_object();
    if (iequals(member.key(), "manager"))
      rename(inner, "managerId", "value");
    else if (member.key().find(':') != json::string_view::npos)
      rename_manager_id(inner);
  }
}

const json::value* operation_of(const json::value& element) {
  if (!element.is_object()) return nullptr;
  for (const auto& member : element.get_object())
    if (iequals(member.key(), "operation") && !member.value().is_null()) return &member.value();
  return nullptr;
}

bool is_delete(const json::value& operation) {
  return operation.is_string() && iequals(operation.get_string(), "delete");
}

// Splits `values` into what comes and what goes; the word `operation` itself is no attribute.
struct ListChange {
  json::array come, go;
};
Result<ListChange> split_list(const std::string& name, json::array values) {
  ListChange out;
  for (auto& value : values) {
    const auto* mark = operation_of(value);
    if (mark && !is_delete(*mark))
      return error(ErrorKind::InvalidValue, name + ".operation can only be \"delete\"", name + ".operation");
    if (value.is_object()) {
      json::object kept;
      for (auto& member : value.get_object())
        if (!iequals(member.key(), "operation")) kept.emplace(member.key(), std::move(member.value()));
      value = std::move(kept);
    }
    (mark ? out.go : out.come).push_back(std::move(value));
  }
  return out;
}

constexpr std::array<std::string_view, 5> core_urns{
    v1_core_urn, "urn:scim:schemas:core:1.0:User", "urn:scim:schemas:core:1.0:Group",
    "urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:core:2.0:Group"};

// Attributes of the core schema in an object of their own, as 2.0 bodies may have them.
bool is_core_container(std::string_view name, const json::value& value) {
  return value.is_object() && is_any_of(core_urns, name);
}

// `operation` may be an attribute of an extension.
bool is_of_extension(std::string_view name) {
  return name.find(':') != std::string_view::npos &&
         std::none_of(core_urns.begin(), core_urns.end(), [&](auto urn) { return istarts_with(name, urn); });
}

bool is_v2_patch(json::object& body) {
  if (find_member(body, "Operations")) return true;
  const auto* schemas = find_member(body, "schemas");
  if (!schemas) return false;
  const auto names_it = [](const json::value& urn) {
    return urn.is_string() && iequals(urn.get_string(), patch_op_urn);
  };
  if (!schemas->is_array()) return names_it(*schemas);
  return std::any_of(schemas->get_array().begin(), schemas->get_array().end(), names_it);
}

class PatchTranslator {
 public:
  explicit PatchTranslator(json::object body) : body_(std::move(body)) {
    const auto* active = find_member(body_, "active");
    leaves_ =
        active && (active->is_bool() ? !active->get_bool()
                                     : active->is_string() && to_boolean(active->get_string()) == false);
  }

  Result<json::value> translate() {
    rename_manager_id(body_);
    if (auto read = read_removed(); !read)
      if (auto done = refuse("meta.attributes", read.error()); !done) return done.error();
    for (const auto& name : removed_)
      if (!find_member(body_, name)) add("remove", name, std::nullopt);
    if (auto done = translate_attributes(body_); !done) return done.error();
    return json::value(
        json::object{{"schemas", json::array{patch_op_urn}}, {"Operations", std::move(operations_)}});
  }

 private:
  // meta.attributes: the names of what is cleared before anything is added.
  Result<> read_removed() {
    auto* meta = find_member(body_, "meta");
    auto* names = meta && meta->is_object() ? find_member(meta->get_object(), "attributes") : nullptr;
    if (!names || names->is_null()) return {};
    const auto wrong = [] {
      return error(ErrorKind::InvalidSyntax, "meta.attributes must be a list of names", "meta.attributes");
    };
    if (!names->is_array()) return wrong();
    for (const auto& name : names->get_array()) {
      if (!name.is_string()) return wrong();
      removed_.emplace_back(name.get_string());
    }
    return {};
  }

  // Beside `active: false` what cannot be translated becomes an operation that is none: whoever reads the
  // operations leaves it out, and says so.
  Result<> refuse(const std::string& name, const Error& why) {
    if (!leaves_) return why;
    operations_.push_back(json::object{{"op", "none"}, {"path", name}});
    return {};
  }

  bool is_removed(std::string_view name) const {
    for (const auto& removed : removed_)
      if (iequals(removed, name)) return true;
    return false;
  }

  Result<> translate_attributes(json::object& attributes) {
    for (auto& member : attributes) {
      if (iequals(member.key(), "meta") || iequals(member.key(), "schemas")) continue;
      const std::string name(member.key());
      auto done = is_core_container(name, member.value())
                      ? translate_attributes(member.value().get_object())
                      : translate_attribute(name, std::move(member.value()));
      if (!done) return done;
    }
    return {};
  }

  Result<> translate_attribute(const std::string& name, json::value value) {
    if (const auto* mark = operation_of(value); mark && (is_delete(*mark) || !is_of_extension(name)))
      value = json::array{std::move(value)};
    if (!value.is_array()) {
      add("replace", name, std::move(value));
      return {};
    }
    auto change = split_list(name, std::move(value.get_array()));
    if (!change) return refuse(name, change.error());
    if (is_removed(name)) {
      add("replace", name, std::move(change->come));
      return {};
    }
    if (!change->go.empty()) add("remove", name, std::move(change->go));
    if (!change->come.empty()) add("add", name, std::move(change->come));
    return {};
  }

  // Without a path, so that unknown and readOnly attributes in a body are ignored, as in a PUT; one that is
  // to be removed is named.
  void add(std::string_view op, const std::string& name, std::optional<json::value> value) {
    json::object operation{{"op", op}};
    if (op != "remove")
      operation["value"] = json::object{{name, std::move(*value)}};
    else
      operation["path"] = name;
    if (op == "remove" && value) operation["value"] = std::move(*value);
    operations_.push_back(std::move(operation));
  }

  json::object body_;
  bool leaves_ = false;
  std::vector<std::string> removed_;
  json::array operations_;
};

}  // namespace

json::value v1_resource_to_v2(json::value body) {
  if (body.is_object()) rename_manager_id(body.get_object());
  return body;
}

Result<json::value> v1_patch_to_v2(json::value body) {
  if (!body.is_object()) return error(ErrorKind::InvalidSyntax, "a PATCH body must be a JSON object");
  if (is_v2_patch(body.get_object()))
    return error(
        ErrorKind::InvalidSyntax,
        "this is a PatchOp of SCIM 2.0: send it to the base path that ends in /v2, not /v1, or send the "
        "changed attributes as in SCIM 1.1",
        "Operations");
  return PatchTranslator(std::move(body.get_object())).translate();
}

}  // namespace dirbridge::scim
