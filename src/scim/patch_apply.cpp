#include <boost/json/array.hpp>
#include <set>
#include <utility>

#include "scim/filter_reference.hpp"
#include "scim/patch.hpp"
#include "scim/patch_values.hpp"
#include "scim/resource.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

// Applies operations to a copy of a resource.
class Patcher {
 public:
  Patcher(const ResourceType& type, const json::object& resource, const PatchPolicy& policy)
      : type_(type), policy_(policy) {
    out_.resource = resource;
  }

  Result<void> apply(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    if (!target.attribute) return whole_extension(operation);
    if (target.read_only()) return read_only(operation);
    if (target.attribute->mutability == Mutability::WriteOnly) return password(operation);
    if (operation.op == PatchOp::Remove && is_required(operation)) return refuse(target, "is required");
    if (clears_reference(operation)) return refuse(target, "cannot be removed: it is that of the value");
    if (target.attribute->mutability != Mutability::Immutable) return write(operation);
    const auto* value = find_value(out_.resource, target);
    const auto before = value ? std::optional(*value) : std::nullopt;
    auto done = write(operation);
    if (!done || !before) return done;
    const auto* after = find_value(out_.resource, target);
    return after && *after == *before ? done : refuse(target, "cannot be changed");
  }

  Result<PatchResult> finish(const json::object& before) {
    for (const auto& [extension, attribute] : lists_) tidy({extension, attribute, nullptr});
    update_schemas(type_, out_.resource);
    if (auto good = check_required(type_, out_.resource); !good) return good.error();
    out_.changed = out_.resource != before;
    return std::move(out_);
  }

 private:
  Result<void> write(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    if (!target.attribute->multi_valued) return single(operation);
    lists_.insert({target.extension, target.attribute});
    return operation.path.filter ? selected(operation) : list(operation);
  }

  static Result<void> refuse(const AttributeRef& target, std::string_view why) {
    const auto name = to_string(target);
    return error(ErrorKind::Mutability, name + " " + std::string(why), name);
  }

  static bool is_required(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    if (target.sub) return target.sub->required;
    return target.attribute->required && !operation.path.filter && !operation.value;
  }

  bool clears_reference(const PatchOperation& operation) const {
    const auto& value = operation.value;
    const bool clears = operation.op == PatchOp::Remove || !value || value->is_null() ||
                        (value->is_string() && value->get_string().empty());
    return clears && id_behind(type_, operation.path.target);
  }

  json::object& holder(const AttributeRef& target) {
    if (!target.extension) return out_.resource;
    auto& container = out_.resource[target.extension->id];
    return container.is_object() ? container.get_object() : container.emplace_object();
  }

  json::array& elements(const AttributeRef& target) {
    auto& value = holder(target)[target.attribute->name];
    return value.is_array() ? value.get_array() : value.emplace_array();
  }

  void tidy(const AttributeRef& target) {
    auto& all = elements(target);
    tidy_list(*target.attribute, all);
    if (all.empty()) holder(target).stable_erase(target.attribute->name);
  }

  Result<void> whole_extension(const PatchOperation& operation) {
    if (operation.op == PatchOp::Add) return {};
    const auto* extension = operation.path.target.extension;
    for (const auto& attribute : extension->attributes) {
      const AttributeRef ref{extension, &attribute, nullptr};
      if (attribute.mutability == Mutability::Immutable && find_value(out_.resource, ref))
        return refuse(ref, "cannot be changed");
    }
    out_.resource.stable_erase(extension->id);
    return {};
  }

  // Named in a path: refused. Riding in a path-less value: ignored, unless it is another resource's id.
  Result<void> read_only(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    const auto& name = target.attribute->name;
    if (!target.extension && name == "schemas") return {};
    if (!target.extension && name == "id" && operation.value) {
      const auto* id = out_.resource.if_contains("id");
      if (!id || *id == *operation.value) return {};
      return refuse(target, "cannot be changed");
    }
    return operation.named ? refuse(target, "is readOnly") : Result<void>();
  }

  Result<void> password(const PatchOperation& operation) {
    out_.password.reset();
    out_.password_removed = operation.op == PatchOp::Remove;
    if (out_.password_removed) return {};
    auto coerced = coerce(*operation.path.target.attribute, *operation.value, Field{nullptr, "password"});
    if (!coerced) return coerced.error();
    if (*coerced)
      out_.password.emplace(std::string((*coerced)->get_string()));
    else
      out_.password_removed = operation.op == PatchOp::Replace;
    return {};
  }

  // Calls `body` with the Field of the attribute.
  template <class Body>
  static auto with_field(const AttributeRef& target, const Body& body) {
    if (!target.extension) return body(Field{nullptr, target.attribute->name});
    const Field container{nullptr, target.extension->id};
    return body(Field{&container, target.attribute->name});
  }

  Result<void> single(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    auto& object = holder(target);
    const auto& name = target.attribute->name;
    if (operation.op == PatchOp::Remove && !target.sub) {
      if (target.attribute->mutability == Mutability::Immutable && object.contains(name))
        return refuse(target, "cannot be changed");
      object.stable_erase(name);
      return {};
    }
    if (target.attribute->type == Type::Complex) return single_complex(operation, object);
    auto coerced = with_field(
        target, [&](const Field& field) { return coerce(*target.attribute, *operation.value, field); });
    if (!coerced) return coerced.error();
    return assign(operation, object, std::move(*coerced));
  }

  Result<void> assign(const PatchOperation& operation, json::object& object,
                      std::optional<json::value> value) {
    const auto& target = operation.path.target;
    const auto* present = object.if_contains(target.attribute->name);
    if (target.attribute->mutability == Mutability::Immutable && present && (!value || *present != *value))
      return refuse(target, "cannot be changed");
    if (value)
      object[target.attribute->name] = std::move(*value);
    else if (operation.op == PatchOp::Replace)
      object.stable_erase(target.attribute->name);
    return {};
  }

  // The value of a single complex attribute as the object to merge; null: unassign all of it.
  static Result<std::optional<json::object>> to_merge(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    if (target.sub) {
      json::value value = operation.op == PatchOp::Remove ? json::value() : *operation.value;
      return std::optional(json::object{{target.sub->name, std::move(value)}});
    }
    const json::value* value = &*operation.value;
    if (value->is_array() && value->get_array().size() == 1) value = &value->get_array().front();
    if (value->is_object()) return std::optional(value->get_object());
    auto coerced =
        with_field(target, [&](const Field& field) { return coerce(*target.attribute, *value, field); });
    if (!coerced) return coerced.error();
    if (!*coerced) return std::optional<json::object>();
    return std::optional(std::move((*coerced)->get_object()));
  }

  Result<void> single_complex(const PatchOperation& operation, json::object& object) {
    const auto& target = operation.path.target;
    const auto& attribute = *target.attribute;
    auto source = to_merge(operation);
    if (!source) return source.error();
    if (!*source) return assign(operation, object, std::nullopt);
    json::object merged;
    if (const auto* present = object.if_contains(attribute.name); present && present->is_object())
      merged = present->get_object();
    const bool had_value = merged.contains("value");
    auto done = with_field(target, [&](const Field& field) {
      return merge_complex(attribute, merged, std::move(**source), field);
    });
    if (!done) return done;
    // Without its value a reference (manager) means nothing.
    const bool lost_value = had_value && !merged.contains("value") && attribute.find("$ref");
    if (merged.empty() || lost_value)
      object.stable_erase(attribute.name);
    else
      object[attribute.name] = std::move(merged);
    return {};
  }

  Result<void> list(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    if (target.sub) return every_element(operation);
    const auto& attribute = *target.attribute;
    auto& all = elements(target);
    if (operation.op == PatchOp::Remove && (!operation.value || operation.value->is_null())) {
      all.clear();
      return {};
    }
    auto coerced =
        with_field(target, [&](const Field& field) { return coerce(attribute, *operation.value, field); });
    if (!coerced) return coerced.error();
    json::array values = *coerced ? std::move((*coerced)->get_array()) : json::array();
    if (operation.op == PatchOp::Remove) {
      remove_elements(attribute, all, values);
    } else if (operation.op == PatchOp::Replace) {
      tidy_list(attribute, values);
      all = std::move(values);
    } else {
      settle_primary(all, add_elements(attribute, all, std::move(values)));
    }
    return {};
  }

  // `emails.value` without a filter: that sub-attribute of every element, or of a new one when there is none.
  Result<void> every_element(const PatchOperation& operation) {
    auto& all = elements(operation.path.target);
    if (all.empty()) {
      if (operation.op == PatchOp::Remove) return {};
      all.push_back(json::object());
    }
    std::vector<std::size_t> indexes(all.size());
    for (std::size_t i = 0; i < indexes.size(); ++i) indexes[i] = i;
    return write_elements(operation, all, indexes);
  }

  Result<void> selected(const PatchOperation& operation) {
    const auto& target = operation.path.target;
    auto& all = elements(target);
    auto indexes = select(*operation.path.filter, all);
    if (!indexes.empty()) {
      if (!removes_elements(operation)) return write_elements(operation, all, indexes);
      for (auto i = indexes.rbegin(); i != indexes.rend(); ++i)
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(*i));
      return {};
    }
    if (operation.op == PatchOp::Remove)
      return is_membership(*target.attribute) ? Result<void>() : no_target(target);
    const bool create = operation.op == PatchOp::Add || policy_.no_match == PatchPolicy::NoMatch::Create;
    auto element = create ? described_element(*operation.path.filter) : std::nullopt;
    if (!element) return no_target(target);
    if (target.attribute->type == Type::Complex)
      all.push_back(std::move(*element));
    else
      all.push_back(nullptr);
    return write_elements(operation, all, {all.size() - 1});
  }

  static bool removes_elements(const PatchOperation& operation) {
    if (operation.path.target.sub) return false;
    return operation.op == PatchOp::Remove ||
           (operation.op == PatchOp::Replace && operation.value->is_null());
  }

  static Result<void> no_target(const AttributeRef& target) {
    return error(ErrorKind::NoTarget, "the filter matches no value of " + to_string(target),
                 to_string(target));
  }

  Result<void> write_elements(const PatchOperation& operation, json::array& all,
                              const std::vector<std::size_t>& indexes) {
    const auto& target = operation.path.target;
    for (const auto i : indexes) {
      auto done =
          with_field(target, [&](const Field& field) { return write_element(operation, all[i], field); });
      if (!done) return done;
    }
    settle_primary(all, indexes);
    return {};
  }

  static Result<void> write_element(const PatchOperation& operation, json::value& element,
                                    const Field& field) {
    const auto& target = operation.path.target;
    const auto& attribute = *target.attribute;
    if (target.sub) {
      json::value value = operation.op == PatchOp::Remove ? json::value() : *operation.value;
      return merge_complex(attribute, element.get_object(), {{target.sub->name, std::move(value)}}, field);
    }
    json::value value = *operation.value;
    if (value.is_array() && value.get_array().size() == 1) value = json::value(value.get_array().front());
    auto coerced = coerce_one(attribute, std::move(value), field);
    if (!coerced) return coerced.error();
    if (!*coerced) return {};
    if (attribute.type == Type::Complex && operation.op == PatchOp::Add)
      return merge_complex(attribute, element.get_object(), std::move((*coerced)->get_object()), field);
    if (attribute.type == Type::Complex && operation.path.filter)
      if (auto kept = described_element(*operation.path.filter))
        for (auto& [name, kept_value] : *kept) (*coerced)->get_object().emplace(name, std::move(kept_value));
    element = std::move(**coerced);
    return {};
  }

  const ResourceType& type_;
  const PatchPolicy& policy_;
  PatchResult out_;
  std::set<std::pair<const Schema*, const AttributeDefinition*>> lists_;  // written, to be tidied at the end
};

}  // namespace

Result<PatchResult> apply(const ResourceType& type, const json::object& resource,
                          std::span<const PatchOperation> operations, const PatchPolicy& policy) {
  if (operations.size() > max_patch_operations)
    return error(ErrorKind::TooLarge,
                 "more than " + std::to_string(max_patch_operations) + " attribute operations in one PATCH",
                 "Operations");
  Patcher patcher(type, resource, policy);
  for (const auto& operation : operations)
    if (auto done = patcher.apply(operation); !done) return done.error();
  return patcher.finish(resource);
}

}  // namespace dirbridge::scim
