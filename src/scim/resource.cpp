#include "scim/resource.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "base/text.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

Result<void> check_schemas(const ResourceType& type, json::object& body) {
  const auto* schemas = find_member(body, "schemas");
  const auto known = [&](const json::value& urn) {
    if (!urn.is_string()) return false;
    const std::string_view text = urn.get_string();
    return type.is_core_urn(text) || type.find_extension(text) != nullptr;
  };
  if (schemas && schemas->is_string() && known(*schemas)) return {};
  if (schemas && schemas->is_array() &&
      std::any_of(schemas->get_array().begin(), schemas->get_array().end(), known))
    return {};
  const char* what = schemas ? "does not name " : "is missing; it must name ";
  return error(ErrorKind::InvalidSyntax, "schemas " + std::string(what) + type.core.id, "schemas");
}

// Takes one body apart into a ReadResource.
class BodyReader {
 public:
  explicit BodyReader(const ResourceType& type) : type_(type) { out_.resource["schemas"] = nullptr; }

  // At the top level, or inside a container named by the core URN.
  void read_core(json::object source) {
    for (auto& [name, value] : source) read_member(name, std::move(value));
  }

  void note(const Result<void>& done) {
    if (!done) out_.refused.push_back(done.error());
  }

  ReadResource finish() {
    note(check_required(type_, out_.resource));
    update_schemas(type_, out_.resource);
    return std::move(out_);
  }

 private:
  void read_member(std::string_view name, json::value value) {
    if (value.is_object() && type_.is_core_urn(name)) return read_core(std::move(value.get_object()));
    const auto ref = resolve(type_, name);
    if (!ref || ref->sub) return;
    if (!ref->attribute) return read_extension(*ref->extension, std::move(value));
    note(read_attribute(*ref, std::move(value)));
  }

  void read_extension(const Schema& extension, json::value value) {
    if (value.is_null()) {
      out_.resource.erase(extension.id);
      out_.cleared.push_back(extension.id);
      return;
    }
    if (!value.is_object())
      return note(error(ErrorKind::InvalidValue, extension.id + " must be an object", extension.id));
    for (auto& [name, member] : value.get_object()) {
      const AttributeRef ref{&extension, extension.find(name), nullptr};
      if (ref.attribute) note(read_attribute(ref, std::move(member)));
    }
  }

  Result<void> read_attribute(const AttributeRef& ref, json::value value) {
    const auto& attribute = *ref.attribute;
    if (attribute.mutability == Mutability::ReadOnly) return {};
    const bool is_null = value.is_null();
    const Field container{nullptr, ref.extension ? std::string_view(ref.extension->id) : std::string_view()};
    auto coerced =
        coerce(attribute, std::move(value), Field{ref.extension ? &container : nullptr, attribute.name});
    if (!coerced) return coerced.error();
    if (attribute.mutability == Mutability::WriteOnly) {
      out_.password.reset();
      out_.password_removed = is_null;
      if (*coerced) out_.password.emplace(std::string((*coerced)->get_string()));
      return {};
    }
    if (*coerced && attribute.multi_valued) {
      tidy_list(attribute, (*coerced)->get_array());
      if ((*coerced)->get_array().empty()) coerced->reset();
    }
    store(ref, std::move(*coerced));
    return {};
  }

  void store(const AttributeRef& ref, std::optional<json::value> value) {
    if (!value) out_.cleared.push_back(to_string(ref));
    json::object* holder = &out_.resource;
    if (ref.extension) {
      auto& container = (*holder)[ref.extension->id];
      if (!container.is_object()) container.emplace_object();
      holder = &container.get_object();
    }
    if (value)
      (*holder)[ref.attribute->name] = std::move(*value);
    else
      holder->erase(ref.attribute->name);
  }

  const ResourceType& type_;
  ReadResource out_;
};

Result<void> missing(const Field& field) {
  const auto name = field.str();
  return error(ErrorKind::InvalidValue, name + " is required and has no value", name);
}

bool blank(const json::value& value) {
  return value.is_string() && trim(value.get_string()).empty();
}

Result<void> check_required_in(const std::vector<AttributeDefinition>& attributes, const json::object& object,
                               const Field* parent) {
  for (const auto& attribute : attributes) {
    const auto* value = object.if_contains(attribute.name);
    const Field field{parent, attribute.name};
    if (attribute.required && attribute.mutability != Mutability::ReadOnly && (!value || blank(*value)))
      return missing(field);
    if (!value || attribute.type != Type::Complex) continue;
    const auto check = [&](const json::value& one) -> Result<void> {
      if (!one.is_object()) return {};
      return check_required_in(attribute.sub_attributes, one.get_object(), &field);
    };
    if (!value->is_array()) {
      if (auto good = check(*value); !good) return good;
      continue;
    }
    for (const auto& element : value->get_array())
      if (auto good = check(element); !good) return good;
  }
  return {};
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<ReadResource> read_resource(const ResourceType& type, json::value body, ReadMode mode) {
  auto read = read_possible(type, std::move(body), mode);
  if (read && !read->refused.empty()) return read->refused.front();
  return read;
}

Result<ReadResource> read_possible(const ResourceType& type, json::value body, ReadMode mode) {
  if (!body.is_object()) return error(ErrorKind::InvalidSyntax, "the body must be a JSON object");
  BodyReader reader(type);
  if (mode == ReadMode::Request) reader.note(check_schemas(type, body.get_object()));
  reader.read_core(std::move(body.get_object()));
  return reader.finish();
}

json::object keep_omitted(const ResourceType& type, ReadResource read, const json::object& stored) {
  const auto keep = [&](const AttributeRef& ref, json::object& into, const json::object& from) {
    const auto& name = ref.attribute->name;
    const auto* value = from.if_contains(name);
    if (value && !into.contains(name) && !contains(read.cleared, to_string(ref))) into[name] = *value;
  };
  for (const auto& attribute : type.core.attributes)
    keep({nullptr, &attribute, nullptr}, read.resource, stored);
  for (const auto& attribute : type.common.attributes)
    if (attribute.name != "schemas") keep({nullptr, &attribute, nullptr}, read.resource, stored);
  for (const auto& extension : type.extensions) {
    const auto* container = stored.if_contains(extension.id);
    if (!container || !container->is_object() || contains(read.cleared, extension.id)) continue;
    auto& mine = read.resource[extension.id];
    if (!mine.is_object()) mine.emplace_object();
    for (const auto& attribute : extension.attributes)
      keep({&extension, &attribute, nullptr}, mine.get_object(), container->get_object());
  }
  update_schemas(type, read.resource);
  return std::move(read.resource);
}

Result<void> check_required(const ResourceType& type, const json::object& resource) {
  if (auto good = check_required_in(type.core.attributes, resource, nullptr); !good) return good;
  for (const auto& extension : type.extensions) {
    const auto* container = resource.if_contains(extension.id);
    const Field field{nullptr, extension.id};
    if (!container || !container->is_object() || container->get_object().empty()) continue;
    if (auto good = check_required_in(extension.attributes, container->get_object(), &field); !good)
      return good;
  }
  return {};
}

void update_schemas(const ResourceType& type, json::object& resource) {
  json::array schemas(resource.storage());
  schemas.emplace_back(type.core.id);
  for (const auto& extension : type.extensions) {
    const auto* container = resource.if_contains(extension.id);
    if (!container) continue;
    if (container->is_object() && !container->get_object().empty())
      schemas.emplace_back(extension.id);
    else
      resource.erase(extension.id);
  }
  if (auto* present = resource.if_contains("schemas")) {
    *present = std::move(schemas);
    return;
  }
  json::object in_order(resource.storage());
  in_order.reserve(resource.size() + 1);
  in_order.emplace("schemas", std::move(schemas));
  for (auto& [name, value] : resource) in_order.emplace(name, std::move(value));
  resource = std::move(in_order);
}

}  // namespace dirbridge::scim
