#pragma once
// DNs as texts, each once in whatever spelling (RFC 4514). A text that is no DN is one of its own, without
// regard to letter case. A plain value.
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace dirbridge::directory {

class DnSet {
 public:
  DnSet() = default;
  explicit DnSet(std::span<const std::string> dns);

  bool insert(const std::string& dn);  // false: it is there
  bool contains(const std::string& dn) const;
  std::vector<std::string> spellings() const;  // as they were inserted, sorted
  std::size_t size() const { return dns_.size(); }
  bool empty() const { return dns_.empty(); }

  static std::string key(const std::string& dn);  // the same for all spellings

 private:
  std::unordered_map<std::string, std::string> dns_;  // normalized -> as spelled
};

}  // namespace dirbridge::directory
