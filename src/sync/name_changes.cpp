#include "sync/name_changes.hpp"

#include <algorithm>
#include <unordered_set>

#include "base/waiting.hpp"
#include "directory/dn_set.hpp"

namespace dirbridge::sync {

using directory::Dn;
using directory::DnSet;

struct NameChanges::Change {
  std::vector<std::string> names;  // as they are spelled
  std::vector<std::string> keys;
  bool running = true;
  std::uint64_t event = 0;  // its begin, or its end
};

NameChanges::Running::~Running() {
  if (change_) all_->end(change_);
}

NameChanges::Running NameChanges::begin(const std::vector<Dn>& names) {
  auto change = std::make_shared<Change>();
  for (const auto& name : names) {
    change->names.push_back(name.str());
    change->keys.push_back(DnSet::key(name.str()));
  }
  const std::lock_guard lock(mutex_);
  change->event = ++last_event_;
  running_.push_back(change);
  for (auto* watch : watches_) watch->changes_.push_back(change);
  return {*this, std::move(change)};
}

void NameChanges::end(const Handle& change) {
  {
    const std::lock_guard lock(mutex_);
    change->running = false;
    change->event = ++last_event_;
    running_.remove(change);
  }
  ended_.notify_all();
}

bool NameChanges::runs(const Dn& name) const {
  const auto key = DnSet::key(name.str());
  const std::lock_guard lock(mutex_);
  return std::any_of(running_.begin(), running_.end(), [&](const auto& change) {
    return std::find(change->keys.begin(), change->keys.end(), key) != change->keys.end();
  });
}

NameChanges::Watch::Watch(NameChanges& all) : all_(all) {
  const std::lock_guard lock(all_.mutex_);
  changes_.assign(all_.running_.begin(), all_.running_.end());
  all_.watches_.push_back(this);
}

NameChanges::Watch::~Watch() {
  const std::lock_guard lock(all_.mutex_);
  all_.watches_.remove(this);
}

Result<bool> NameChanges::Watch::follow(std::vector<std::string>& names, std::uint64_t& seen,
                                        Deadline deadline) const {
  std::unique_lock lock(all_.mutex_);
  if (changes_.empty()) {
    seen = all_.last_event_;
    return false;
  }
  lock.unlock();  // there may be many names
  std::unordered_set<std::string> known;
  for (const auto& name : names) known.insert(DnSet::key(name));
  lock.lock();
  const auto concerns = [&](const Handle& change) {
    return std::any_of(change->keys.begin(), change->keys.end(),
                       [&](const auto& key) { return known.contains(key); });
  };
  bool news = false;
  // Names that are added may be those of further changes.
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const auto change = changes_[i];
      if (!concerns(change)) continue;
      if (change->running) {
        const Waiting waiting;
        if (!all_.ended_.wait_until(lock, deadline, [&] { return !change->running; }))
          return error(ErrorKind::Busy, "a rename takes too long");
      }
      news = news || change->event > seen;
      for (std::size_t n = 0; n < change->keys.size(); ++n)
        if (known.insert(change->keys[n]).second) {
          names.push_back(change->names[n]);
          again = true;
        }
    }
  }
  seen = all_.last_event_;
  return news;
}

}  // namespace dirbridge::sync
