#pragma once
// Which resources a query selects, in order: ids (16 bytes each) with their sort keys, never whole resources.
// The order is total: by key, ties by id. Filled and sorted by one thread, then read by any.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.hpp"

namespace dirbridge::provision {

// Where a resource stands in an order; the key's bytes belong to somebody else.
struct Standing {
  std::string_view key;
  UuidBytes id{};
};

// Descending turns the keys round and leaves ties in the order of their ids.
bool precedes(const Standing& a, const Standing& b, bool descending);

class Selection {
 public:
  explicit Selection(bool descending) : descending_(descending) {}

  void add(const UuidBytes& id, std::string_view key);
  void remove(const std::vector<UuidBytes>& ids);
  void sort();  // of neighbours with one id one is kept

  bool descending() const { return descending_; }
  std::size_t size() const { return items_.size(); }
  Standing operator[](std::size_t at) const { return standing(items_[at]); }

 private:
  struct Item {
    UuidBytes id;
    std::uint32_t key_length;
    std::uint64_t key_start;
  };
  Standing standing(const Item& item) const {
    return {std::string_view(keys_).substr(item.key_start, item.key_length), item.id};
  }

  bool descending_;
  std::vector<Item> items_;
  std::string keys_;  // one after the other
};

}  // namespace dirbridge::provision
