#include "scim/replace.hpp"

#include <algorithm>
#include <utility>

namespace dirbridge::scim {

namespace {

bool is_cleared(const ReadResource& read, const std::string& name) {
  return std::find(read.cleared.begin(), read.cleared.end(), name) != read.cleared.end();
}

Error changed(const AttributeRef& ref) {
  const auto name = to_string(ref);
  return error(ErrorKind::Mutability, name + " cannot be changed once it has a value", name);
}

json::object& container_of(json::object& resource, const AttributeRef& ref) {
  if (!ref.extension) return resource;
  auto& container = resource[ref.extension->id];
  return container.is_object() ? container.get_object() : container.emplace_object();
}

// Carries the immutable values of one resource over into what is to replace it.
class Immutables {
 public:
  Immutables(const ReadResource& read, const json::object& stored, json::object& wanted)
      : read_(read), stored_(stored), wanted_(wanted) {}

  Result<void> keep(const AttributeRef& ref) {
    const auto* before = find_value(stored_, ref);
    if (!before) return {};
    if (ref.attribute->mutability == Mutability::Immutable) return keep_whole(ref, *before);
    if (ref.attribute->multi_valued || !before->is_object()) return {};
    const auto* after = find_value(wanted_, ref);
    if (!after || !after->is_object()) return {};
    for (const auto& sub : ref.attribute->sub_attributes)
      if (auto kept = keep_part({ref.extension, ref.attribute, &sub}, before->get_object()); !kept)
        return kept;
    return {};
  }

 private:
  Result<void> keep_whole(const AttributeRef& ref, const json::value& before) {
    const auto* after = find_value(wanted_, ref);
    const bool extension_cleared = ref.extension && is_cleared(read_, ref.extension->id);
    if (after ? *after != before : is_cleared(read_, to_string(ref)) || extension_cleared)
      return changed(ref);
    if (!after) container_of(wanted_, ref)[ref.attribute->name] = before;
    return {};
  }

  Result<void> keep_part(const AttributeRef& ref, const json::object& before) {
    const auto* value = before.if_contains(ref.sub->name);
    if (ref.sub->mutability != Mutability::Immutable || !value) return {};
    auto& after = container_of(wanted_, ref)[ref.attribute->name].get_object();
    const auto* wanted = after.if_contains(ref.sub->name);
    if (wanted && *wanted != *value) return changed(ref);
    if (!wanted) after[ref.sub->name] = *value;
    return {};
  }

  const ReadResource& read_;
  const json::object& stored_;
  json::object& wanted_;
};

}  // namespace

Result<json::object> replace(const ResourceType& type, const ReadResource& read, const json::object& stored,
                             PutOmitted omitted) {
  auto wanted = omitted == PutOmitted::Keep ? keep_omitted(type, read, stored) : read.resource;
  Immutables immutables(read, stored, wanted);
  for (const auto& attribute : type.core.attributes)
    if (auto kept = immutables.keep({nullptr, &attribute, nullptr}); !kept) return kept.error();
  for (const auto& extension : type.extensions)
    for (const auto& attribute : extension.attributes)
      if (auto kept = immutables.keep({&extension, &attribute, nullptr}); !kept) return kept.error();
  update_schemas(type, wanted);
  return wanted;
}

bool names(const ReadResource& read, std::string_view attribute) {
  return read.resource.contains(attribute) || is_cleared(read, std::string(attribute));
}

}  // namespace dirbridge::scim
