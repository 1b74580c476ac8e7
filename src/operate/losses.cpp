#include "operate/losses.hpp"

#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/text.hpp"
#include "directory/vocabulary.hpp"

namespace dirbridge::operate {

namespace {

using directory::Change;
using directory::Dn;
using directory::Modification;

// Follows entries through their renames: each has the name that it had first.
class Ledger {
 public:
  explicit Ledger(const mapping::Rules& rules) : rules_(rules) {}

  void take(const Change& change) {
    if (const auto* modify = std::get_if<directory::Modify>(&change.operation)) take(*modify);
    if (const auto* removal = std::get_if<directory::Delete>(&change.operation)) take(*removal);
    if (const auto* rename = std::get_if<directory::Rename>(&change.operation)) take(*rename);
  }

  Losses sum() const {
    Losses out{0, people_.size(), groups_.size()};
    for (const auto& [group, lost] : lost_) {
      Keys members;
      for (const auto& member : lost)
        if (!has(group, latest(member))) members.insert(latest(member));
      out.memberships += members.size();
    }
    return out;
  }

 private:
  using Keys = std::set<std::string>;

  static std::string key(const std::string& member) {
    const auto dn = Dn::parse(member);
    return dn ? dn->normalized() : member;
  }
  std::string first(const Dn& dn) const {
    const auto at = first_.find(dn.normalized());
    return at == first_.end() ? dn.normalized() : at->second;
  }
  std::string latest(const std::string& name) const {
    const auto at = latest_.find(name);
    return at == latest_.end() ? name : at->second;
  }
  bool has(const std::string& group, const std::string& member) const {
    const auto at = came_.find(group);
    return at != came_.end() && at->second.contains(member);
  }

  void take(const directory::Modify& modify) {
    const auto& shape = rules_.group_shape;
    const auto placeholder = shape.placeholder.normalized();
    for (const auto& m : modify.modifications) {
      if (iequals(m.attribute, attr::active) && m.values == std::vector<std::string>{"FALSE"})
        people_.insert(first(modify.dn));
      if (!iequals(m.attribute, shape.member_attribute) || !modify.dn.is_within(rules_.group_base)) continue;
      const auto group = first(modify.dn);
      for (const auto& value : m.values) {
        const auto member = key(value);
        if (member == placeholder) continue;
        auto& to = m.op == Modification::Op::Delete ? lost_[group] : came_[group];
        auto& from = m.op == Modification::Op::Delete ? came_[group] : lost_[group];
        to.insert(member);
        from.erase(member);
      }
    }
  }

  void take(const directory::Delete& removal) {
    if (removal.dn.is_within(rules_.user_base)) people_.insert(first(removal.dn));
    if (removal.dn.is_within(rules_.group_base)) groups_.insert(first(removal.dn));
  }

  void take(const directory::Rename& rename) {
    const auto name = first(rename.dn);
    const auto now =
        (rename.new_superior ? *rename.new_superior : rename.dn.parent()).child(rename.new_rdn).normalized();
    first_[now] = name;
    latest_[name] = now;
  }

  const mapping::Rules& rules_;
  std::map<std::string, std::string> first_, latest_;  // normalized DNs
  std::map<std::string, Keys> lost_, came_;            // by the group's first name
  Keys people_, groups_;
};

}  // namespace

Losses losses_of(const std::vector<Change>& changes, const mapping::Rules& rules) {
  Ledger ledger(rules);
  for (const auto& change : changes) ledger.take(change);
  return ledger.sum();
}

boost::json::object to_json(const Losses& losses) {
  return {{"memberships", losses.memberships}, {"people", losses.people}, {"groups", losses.groups}};
}

}  // namespace dirbridge::operate
