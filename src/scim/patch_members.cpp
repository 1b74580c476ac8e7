#include <boost/json/array.hpp>
#include <unordered_map>
#include <utility>

#include "scim/patch.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {
namespace {

bool is_members(const AttributeRef& target) {
  return !target.extension && target.attribute && target.attribute->name == "members";
}

// The ids of `value eq "a" or value eq "b"`; false when the filter is anything else.
bool collect_ids(const Filter& filter, std::vector<std::string>& ids) {
  if (filter.kind == Filter::Kind::Or) {
    for (const auto& term : filter.terms)
      if (!collect_ids(term, ids)) return false;
    return true;
  }
  if (filter.kind != Filter::Kind::Compare || filter.op != Operator::Eq ||
      filter.path.attribute->name != "value" || !filter.literal.value.is_string())
    return false;
  ids.emplace_back(filter.literal.value.get_string());
  return true;
}

// Can the effect be told without knowing the present members?
bool is_plain(const PatchOperation& operation) {
  if (operation.path.target.sub) return false;
  std::vector<std::string> ids;
  return !operation.path.filter ||
         (operation.op == PatchOp::Remove && collect_ids(*operation.path.filter, ids));
}

Result<std::vector<std::string>> read_ids(const AttributeDefinition& members, json::value value) {
  const Field field{nullptr, members.name};
  auto coerced = coerce(members, std::move(value), field);
  if (!coerced) return coerced.error();
  std::vector<std::string> ids;
  if (!*coerced) return ids;
  ids.reserve((*coerced)->get_array().size());
  for (const auto& element : (*coerced)->get_array()) {
    const auto* id = element.get_object().if_contains("value");
    if (!id) return error(ErrorKind::InvalidValue, "a member has no value", "members.value");
    ids.emplace_back(id->get_string());
  }
  return ids;
}

// Replays operations; the last word on an id counts.
class Membership {
 public:
  Result<void> apply(PatchOperation& operation) {
    std::vector<std::string> ids;
    if (operation.path.filter) {
      collect_ids(*operation.path.filter, ids);
      for (auto& id : ids) set(std::move(id), false);
      return {};
    }
    const bool all = !operation.value || operation.value->is_null();
    if (operation.op == PatchOp::Replace || (operation.op == PatchOp::Remove && all)) forget();
    if (all) return {};
    auto named = read_ids(*operation.path.target.attribute, std::move(*operation.value));
    if (!named) return named.error();
    for (auto& id : *named) set(std::move(id), operation.op != PatchOp::Remove);
    return {};
  }

  MemberChange take() {
    MemberChange out;
    out.replace_all = replace_all_;
    for (auto& [id, present] : changes_) {
      if (present)
        out.add.push_back(std::move(id));
      else if (!replace_all_)
        out.remove.push_back(std::move(id));
    }
    return out;
  }

 private:
  void forget() {
    replace_all_ = true;
    changes_.clear();
    index_.clear();
  }

  void set(std::string id, bool present) {
    const auto [known, fresh] = index_.emplace(id, changes_.size());
    if (fresh)
      changes_.emplace_back(std::move(id), present);
    else
      changes_[known->second].second = present;
  }

  bool replace_all_ = false;
  std::vector<std::pair<std::string, bool>> changes_;
  std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace

namespace {

// Who may come by operations that name members, whatever the others do.
Result<std::vector<std::string>> named_by(const std::vector<PatchOperation>& operations) {
  Membership named;
  for (const auto& operation : operations) {
    if (!is_members(operation.path.target) || !is_plain(operation) || operation.op == PatchOp::Remove)
      continue;
    auto copy = operation;
    copy.op = PatchOp::Add;
    if (auto done = named.apply(copy); !done) return done.error();
  }
  return named.take().add;
}

}  // namespace

Result<GroupPatch> split_members(std::vector<PatchOperation> operations) {
  GroupPatch out;
  for (const auto& operation : operations)
    if (is_members(operation.path.target) && !is_plain(operation)) out.needs_members = true;
  if (out.needs_members) {
    auto named = named_by(operations);
    if (!named) return named.error();
    out.members.add = std::move(*named);
    out.attributes = std::move(operations);
    return out;
  }
  Membership membership;
  for (auto& operation : operations) {
    if (!is_members(operation.path.target)) {
      out.attributes.push_back(std::move(operation));
    } else if (auto done = membership.apply(operation); !done) {
      return done.error();
    }
  }
  out.members = membership.take();
  return out;
}

}  // namespace dirbridge::scim
