#include "provision/query/selection.hpp"

#include <algorithm>

namespace dirbridge::provision {

bool precedes(const Standing& a, const Standing& b, bool descending) {
  if (a.key != b.key) return descending ? b.key < a.key : a.key < b.key;
  return a.id < b.id;
}

void Selection::add(const UuidBytes& id, std::string_view key) {
  items_.push_back({id, static_cast<std::uint32_t>(key.size()), keys_.size()});
  keys_ += key;
}

void Selection::remove(const std::vector<UuidBytes>& ids) {
  std::erase_if(items_,
                [&](const Item& item) { return std::find(ids.begin(), ids.end(), item.id) != ids.end(); });
}

void Selection::sort() {
  std::sort(items_.begin(), items_.end(),
            [&](const Item& a, const Item& b) { return precedes(standing(a), standing(b), descending_); });
  const auto same = [](const Item& a, const Item& b) { return a.id == b.id; };
  items_.erase(std::unique(items_.begin(), items_.end(), same), items_.end());
}

}  // namespace dirbridge::provision
