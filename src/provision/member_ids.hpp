#pragma once
// Which resource a member DN names, remembered for a while: a large group is read often and changes little.
// One set per connection. Whoever deletes, renames or adds an entry forgets its DN here; what others do to
// the directory shows after `life`. Bounded: about 70 bytes for each DN. Thread-safe.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/uuid.hpp"
#include "directory/dn.hpp"

namespace dirbridge::provision {

struct Identity {
  UuidBytes id{};
  bool is_group = false;
};

class MemberIds {
 public:
  static constexpr std::chrono::minutes life{5};
  static constexpr std::size_t most = 250'000;

  explicit MemberIds(const Clock& clock) : clock_(clock) {}

  // One answer per DN, which is spelled as in a group.
  std::vector<std::optional<Identity>> find(std::span<const std::string> dns) const;
  void remember(std::string_view dn, const Identity& identity);
  void forget(const directory::Dn& dn);
  // Grows with each forget(): what was concluded from several DNs holds as long as it stays the same.
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  // Two unlike hashes of the text stand for it.
  struct Key {
    std::size_t first;
    std::size_t second;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept { return key.first; }
  };
  struct Known {
    Identity identity;
    std::uint32_t since;  // seconds of the clock
  };
  static Key key_of(std::string_view dn);
  std::uint32_t seconds() const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::atomic<std::uint64_t> forgotten_{0};
  boost::unordered_flat_map<Key, Known, Hash> known_;
};

}  // namespace dirbridge::provision
