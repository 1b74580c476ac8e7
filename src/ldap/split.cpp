// split(): a large value-wise modify in parts. See batch.hpp for when that is allowed.
#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "ldap/batch.hpp"

namespace dirbridge::ldap {

namespace {

using directory::Modification;
using directory::Modify;
using Op = Modification::Op;

constexpr std::size_t value_overhead = 6;  // tag and length in BER

bool is_value_wise(const Modification& m) {
  return m.op != Op::Replace && !m.values.empty();
}

std::size_t bytes_of(const std::vector<Modification>& modifications) {
  std::size_t bytes = 0;
  for (const auto& m : modifications)
    for (const auto& v : m.values) bytes += v.size() + value_overhead;
  return bytes;
}

// Adding first and deleting later must come to the same: no attribute is replaced as well, no value is both.
bool order_is_free(const std::vector<Modification>& modifications) {
  std::unordered_set<std::string> added;
  for (const auto& m : modifications)
    if (m.op == Op::Add)
      for (const auto& v : m.values) added.insert(ascii_lower(m.attribute) + '=' + ascii_lower(v));
  for (const auto& m : modifications) {
    if (m.op == Op::Delete)
      for (const auto& v : m.values)
        if (added.contains(ascii_lower(m.attribute) + '=' + ascii_lower(v))) return false;
    if (is_value_wise(m)) continue;
    for (const auto& other : modifications)
      if (is_value_wise(other) && iequals(other.attribute, m.attribute)) return false;
  }
  return true;
}

class Parts {
 public:
  Parts(const Modify& whole, std::size_t limit) : whole_(whole), limit_(limit) { begin(); }

  void add_values(const Modification& m) {
    for (const auto& value : m.values) {
      const auto size = value.size() + value_overhead;
      if (bytes_ + size > limit_ && bytes_ > 0) begin();
      auto& list = parts_.back().modifications;
      if (list.empty() || list.back().op != m.op || !iequals(list.back().attribute, m.attribute))
        list.push_back({m.op, m.attribute, {}});
      list.back().values.push_back(value);
      bytes_ += size;
    }
  }
  void add_whole(const Modification& m) { parts_.back().modifications.push_back(m); }

  std::vector<directory::Change> take(const std::string& reason) {
    std::vector<directory::Change> changes;
    if (parts_.size() == 1) return changes;
    parts_.front().only_if = whole_.only_if;
    for (auto& part : parts_) changes.push_back({std::move(part), reason});
    return changes;
  }

 private:
  void begin() {
    parts_.push_back({whole_.dn, {}, whole_.permissive, std::nullopt});
    bytes_ = 0;
  }

  const Modify& whole_;
  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::vector<Modify> parts_;
};

}  // namespace

std::vector<directory::Change> split(const directory::Change& change, std::size_t limit) {
  const auto* modify = std::get_if<Modify>(&change.operation);
  if (!modify || !modify->permissive) return {};
  const auto& all = modify->modifications;
  if (bytes_of(all) <= limit || !order_is_free(all)) return {};
  Parts parts(*modify, limit);
  for (const auto op : {Op::Add, Op::Delete})
    for (const auto& m : all)
      if (m.op == op && is_value_wise(m)) parts.add_values(m);
  for (const auto& m : all)
    if (!is_value_wise(m)) parts.add_whole(m);
  return parts.take(change.reason);
}

}  // namespace dirbridge::ldap
