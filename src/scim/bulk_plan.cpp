#include "scim/bulk_plan.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "scim/value.hpp"

namespace dirbridge::scim {

namespace {

using Edges = std::vector<std::vector<std::size_t>>;  // per operation: those it comes after

// Which operations create what an operation refers to.
Edges creators(const BulkRequest& request) {
  std::unordered_map<std::string, std::size_t> made_by;
  const auto& operations = request.operations;
  for (std::size_t i = 0; i < operations.size(); ++i)
    if (operations[i].method == BulkMethod::Post && !operations[i].problem)
      made_by.emplace(operations[i].bulk_id, i);
  Edges out(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (operations[i].problem) continue;
    for (const auto& name : references(operations[i]))
      if (const auto at = made_by.find(name); at != made_by.end()) out[i].push_back(at->second);
  }
  return out;
}

// Tarjan's strongly connected components; they come out with what they need before them.
class Components {
 public:
  explicit Components(const Edges& edges) : edges_(edges), index_(edges.size(), unseen), low_(edges.size()) {
    on_stack_.resize(edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i)
      if (index_[i] == unseen) visit(i);
  }
  std::vector<std::vector<std::size_t>> take() { return std::move(out_); }

 private:
  static constexpr std::size_t unseen = static_cast<std::size_t>(-1);

  // As deep as max_bulk_operations at most.
  void visit(std::size_t node) {
    index_[node] = low_[node] = next_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    for (const auto other : edges_[node]) {
      if (index_[other] == unseen) {
        visit(other);
        low_[node] = std::min(low_[node], low_[other]);
      } else if (on_stack_[other]) {
        low_[node] = std::min(low_[node], index_[other]);
      }
    }
    if (low_[node] != index_[node]) return;
    std::vector<std::size_t> component;
    do {
      component.push_back(stack_.back());
      on_stack_[stack_.back()] = false;
      stack_.pop_back();
    } while (component.back() != node);
    std::sort(component.begin(), component.end());
    out_.push_back(std::move(component));
  }

  const Edges& edges_;
  std::vector<std::size_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::size_t next_ = 0;
  std::vector<std::vector<std::size_t>> out_;
};

// Finds the earlier operations that a later one must not overtake.
class Order {
 public:
  explicit Order(const BulkRequest& request) : request_(request) {
    for (const auto& operation : request.operations)
      if (operation.method == BulkMethod::Delete) deleted_.insert(ascii_lower(operation.id));
  }

  Edges find() {
    Edges out(request_.operations.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      if (!request_.operations[i].problem) out[i] = before(request_.operations[i], i);
    return out;
  }

 private:
  std::vector<std::size_t> before(const BulkOperation& operation, std::size_t index) {
    std::vector<std::size_t> out;
    const auto join = [&](const std::string& key) {
      const auto [at, is_new] = last_.try_emplace(key, index);
      if (!is_new) out.push_back(std::exchange(at->second, index));
    };
    if (!operation.id.empty()) join("id:" + ascii_lower(operation.id));
    const std::string_view naming = operation.type->name == "User" ? "userName" : "displayName";
    if (const auto name = name_taken(operation, naming); !name.empty())
      join("name:" + operation.type->name + ':' + fold_widely(name));
    if (mentions(operation.data, naming)) {
      const auto& freed = freeing_[operation.type];
      out.insert(out.end(), freed.begin(), freed.end());
    }
    mention_deleted(operation.data, join);
    if (operation.method == BulkMethod::Delete) freeing_[operation.type].push_back(index);
    return out;
  }

  static std::string_view name_taken(const BulkOperation& operation, std::string_view naming) {
    if (operation.method == BulkMethod::Patch || !operation.data.is_object()) return {};
    for (const auto& member : operation.data.get_object())
      if (iequals(member.key(), naming) && member.value().is_string()) return member.value().get_string();
    return {};
  }

  // As a key, or as the path of a PATCH operation.
  static bool mentions(const json::value& value, std::string_view name) {
    if (value.is_string()) return iequals(value.get_string(), name);
    if (value.is_array())
      return std::any_of(value.get_array().begin(), value.get_array().end(),
                         [&](const auto& element) { return mentions(element, name); });
    if (!value.is_object()) return false;
    return std::any_of(value.get_object().begin(), value.get_object().end(), [&](const auto& member) {
      return iequals(member.key(), name) || mentions(member.value(), name);
    });
  }

  template <class Join>
  void mention_deleted(const json::value& value, const Join& join) const {
    if (deleted_.empty()) return;
    if (value.is_string()) {
      const auto id = ascii_lower(last_segment(value.get_string()));
      if (deleted_.contains(id)) join("id:" + id);
    } else if (value.is_array()) {
      for (const auto& element : value.get_array()) mention_deleted(element, join);
    } else if (value.is_object()) {
      for (const auto& member : value.get_object()) mention_deleted(member.value(), join);
    }
  }

  const BulkRequest& request_;
  std::unordered_set<std::string> deleted_;
  std::unordered_map<std::string, std::size_t> last_;                // who spoke of it last
  std::map<const ResourceType*, std::vector<std::size_t>> freeing_;  // deletes so far: they free names
};

std::vector<std::size_t> units_of(const std::vector<std::size_t>& operations, const Edges& edges,
                                  const std::vector<std::size_t>& unit_of, std::size_t self) {
  std::vector<std::size_t> out;
  for (const auto operation : operations)
    for (const auto other : edges[operation])
      if (unit_of[other] != self) out.push_back(unit_of[other]);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::vector<BulkUnit> plan_bulk(const BulkRequest& request) {
  const auto needed = creators(request);
  const auto earlier = Order(request).find();
  auto components = Components(needed).take();
  std::sort(components.begin(), components.end());
  std::vector<std::size_t> unit_of(request.operations.size());
  for (std::size_t unit = 0; unit < components.size(); ++unit)
    for (const auto operation : components[unit]) unit_of[operation] = unit;
  std::vector<BulkUnit> out;
  for (std::size_t unit = 0; unit < components.size(); ++unit) {
    const auto& operations = components[unit];
    const auto& own = needed[operations.front()];
    const bool circular =
        operations.size() > 1 || std::find(own.begin(), own.end(), operations.front()) != own.end();
    out.push_back({operations, circular, units_of(operations, needed, unit_of, unit),
                   units_of(operations, earlier, unit_of, unit)});
  }
  return out;
}

}  // namespace dirbridge::scim
