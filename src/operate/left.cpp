#include "operate/left.hpp"

#include <boost/json.hpp>
#include <utility>

namespace dirbridge::operate {

namespace json = boost::json;

json::array to_json(const std::vector<Left>& left) {
  json::array out;
  for (const auto& one : left)
    out.push_back({{"dn", one.dn.str()}, {"field", one.field}, {"reason", one.reason}});
  return out;
}

void LeftCollector::note(const sync::LeftNote& note) {
  const std::lock_guard lock(mutex_);
  list_.push_back({note.dn, std::string(note.field), std::string(note.reason)});
}

std::vector<Left> LeftCollector::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(list_, {});
}

}  // namespace dirbridge::operate
