#pragma once
// Large groups as the last change of their members left them, without the members: the next change plans on
// it and asserts entryCSN, which saves reading an entry of many values. At most 1,000 groups. Thread-safe.
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "sync/plan.hpp"

namespace dirbridge::provision {

class KnownGroups {
 public:
  std::optional<sync::Current> take(std::string_view id);  // and forget
  void keep(std::string_view id, sync::Current group);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, sync::Current> groups_;
};

}  // namespace dirbridge::provision
