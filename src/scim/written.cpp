#include "scim/written.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "base/text.hpp"
#include "scim/path.hpp"

namespace dirbridge::scim {
namespace {

bool is_shown_when_written(const AttributeDefinition& attribute) {
  return attribute.returned == Returned::Request && attribute.mutability != Mutability::ReadOnly;
}

bool has_part_shown_when_written(const AttributeDefinition& attribute) {
  return std::any_of(attribute.sub_attributes.begin(), attribute.sub_attributes.end(), is_shown_when_written);
}

bool knows_any(const ResourceType& type) {
  const auto in = [](const Schema& schema) {
    return std::any_of(schema.attributes.begin(), schema.attributes.end(), [](const auto& attribute) {
      return is_shown_when_written(attribute) || has_part_shown_when_written(attribute);
    });
  };
  return in(type.core) || in(type.common) || std::any_of(type.extensions.begin(), type.extensions.end(), in);
}

const json::value* member(const json::object& object, std::string_view name) {
  for (const auto& [key, value] : object)
    if (iequals(key, name)) return &value;
  return nullptr;
}

// Walks through a body and adds what it sets to a list of names.
class Written {
 public:
  Written(const ResourceType& type, std::vector<AttributeRef>& names) : type_(type), names_(names) {}

  void read(const json::value& body) {
    const auto* object = body.if_object();
    if (!object) return;
    const auto* operations = member(*object, "Operations");
    if (!operations) return read_attributes(*object);
    for_each(*operations, [&](const json::object& operation) { read_operation(operation); });
  }

 private:
  // Lists and single objects alike, as PATCH takes them.
  template <class Act>
  static void for_each(const json::value& value, const Act& act) {
    if (const auto* one = value.if_object()) act(*one);
    if (const auto* list = value.if_array())
      for (const auto& one : *list)
        if (one.is_object()) act(one.get_object());
  }

  void read_operation(const json::object& operation) {
    const auto* value = member(operation, "value");
    if (!value) return;
    const auto* path = member(operation, "path");
    const std::string_view text = path && path->is_string() ? std::string_view(path->get_string()) : "";
    if (trim(text).empty() || type_.is_core_urn(text))
      return for_each(*value, [&](const json::object& object) { read_attributes(object); });
    if (const auto parsed = parse_path(text, type_)) add(parsed->target, *value);
  }

  void read_attributes(const json::object& object) {
    for (const auto& [name, value] : object) {
      if (type_.is_core_urn(name) && value.is_object())
        read_attributes(value.get_object());
      else if (const auto path = parse_path(name, type_))
        add(path->target, value);
    }
  }

  void add(const AttributeRef& ref, const json::value& value) {
    if (!ref.attribute) return add_extension(*ref.extension, value);
    const AttributeRef whole{ref.extension, ref.attribute, nullptr};
    if (is_shown_when_written(*ref.attribute)) name(whole);
    if (!has_part_shown_when_written(*ref.attribute)) return;
    name(whole);  // a part's name alone would leave the others out
    if (ref.sub) return add_part(ref);
    for_each(value, [&](const json::object& object) {
      for (const auto& part : object)
        add_part({ref.extension, ref.attribute, ref.attribute->find(part.key())});
    });
  }

  void add_part(const AttributeRef& ref) {
    if (ref.sub && is_shown_when_written(*ref.sub)) name(ref);
  }

  void add_extension(const Schema& extension, const json::value& value) {
    if (!value.is_object()) return;
    for (const auto& [name, inner] : value.get_object())
      if (const auto* attribute = extension.find(name)) add({&extension, attribute, nullptr}, inner);
  }

  void name(const AttributeRef& ref) {
    if (std::find(names_.begin(), names_.end(), ref) == names_.end()) names_.push_back(ref);
  }

  const ResourceType& type_;
  std::vector<AttributeRef>& names_;
};

}  // namespace

Projection showing_written(const ResourceType& type, Projection projection, const json::value& body) {
  if (!projection.limited && knows_any(type)) Written(type, projection.only).read(body);
  return projection;
}

}  // namespace dirbridge::scim
