#include "operate/story.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/dn_set.hpp"
#include "operate/deeds.hpp"

namespace dirbridge::operate {

namespace {

using directory::Dn;

// The names that the entry has had.
class Names {
 public:
  Names(const std::vector<Dn>& dns, std::string name) : name_(std::move(name)) {
    for (const auto& dn : dns) names_.insert(dn.str());
  }

  // To be given all renames, latest first.
  void rename(const audit::Line& line) {
    const auto& rename = std::get<directory::Rename>(line.change->operation);
    const auto parent = rename.new_superior ? *rename.new_superior : line.dn.parent();
    if (contains(parent.child(rename.new_rdn))) names_.insert(line.dn.str());
  }

  bool contains(const Dn& dn) const {
    if (names_.contains(dn.str())) return true;
    return names_.empty() && !dn.empty() && iequals(dn.rdn().value(), name_);
  }

 private:
  directory::DnSet names_;
  std::string name_;
};

}  // namespace

Result<std::vector<Event>> past(const audit::FileSettings& file, const std::vector<Dn>& dns,
                                const std::string& name) {
  Names names(dns, name);
  std::vector<audit::Line> renames;
  const auto first = audit::read(
      file,
      [&](const audit::Line& line, std::string_view) {
        if (line.change && line.outcome == "applied" && directory::verb(*line.change) == "rename")
          renames.push_back(line);
      },
      "\"verb\":\"rename\"");
  if (!first) return first.error();
  std::for_each(renames.rbegin(), renames.rend(), [&](const auto& line) { names.rename(line); });
  const IsMeant is_meant = [&](const Dn& dn) { return names.contains(dn); };
  std::vector<Event> out;
  const auto second = audit::read(file, [&](const audit::Line& line, std::string_view) {
    auto deeds = deeds_in(line, is_meant);
    if (deeds.empty()) return;
    out.push_back({line.time, line.connection, line.cause, line.outcome, line.detail,
                   line.change ? line.change->reason : std::string(), line.dn, std::move(deeds)});
  });
  if (!second) return second.error();
  return out;
}

}  // namespace dirbridge::operate
