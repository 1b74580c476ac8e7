#include "provision/store/record_kinds.hpp"

#include <algorithm>

#include "directory/vocabulary.hpp"

namespace dirbridge::provision {

using directory::Dn;

bool contains(const std::vector<Dn>& dns, const Dn& dn) {
  return std::find(dns.begin(), dns.end(), dn) != dns.end();
}

std::vector<Dn> dns_of(std::span<const std::string> values) {
  std::vector<Dn> out;
  for (const auto& value : values)
    if (auto dn = Dn::parse(value)) out.push_back(std::move(*dn));
  return out;
}

std::vector<Dn> targets_in(const directory::Entry& record) {
  return dns_of(record.attributes.values(attr::target));
}

}  // namespace dirbridge::provision
