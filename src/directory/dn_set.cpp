#include "directory/dn_set.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "directory/dn.hpp"

namespace dirbridge::directory {

std::string DnSet::key(const std::string& dn) {
  const auto parsed = Dn::parse(dn);
  return parsed ? parsed->normalized() : ascii_lower(dn);
}

DnSet::DnSet(std::span<const std::string> dns) {
  for (const auto& dn : dns) insert(dn);
}

bool DnSet::insert(const std::string& dn) {
  return dns_.emplace(key(dn), dn).second;
}

bool DnSet::contains(const std::string& dn) const {
  return !dns_.empty() && dns_.contains(key(dn));
}

std::vector<std::string> DnSet::spellings() const {
  std::vector<std::string> out;
  out.reserve(dns_.size());
  for (const auto& [key, spelling] : dns_) out.push_back(spelling);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace dirbridge::directory
