#include "operate/succession.hpp"

#include <algorithm>

#include "base/waiting.hpp"

namespace dirbridge::operate {

Succession::Turn::~Turn() {
  if (!all_) return;
  const std::lock_guard lock(all_->mutex_);
  --all_->writers_.at(rules_).writing;
  all_->forget(rules_);
}

Succession::Rules Succession::next() {
  const std::lock_guard lock(mutex_);
  return ++last_;
}

Result<Succession::Turn> Succession::begin(Rules rules, Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!is_turn_of(rules)) {
    const Waiting waiting;
    ++writers_[rules].waiting;
    const bool came = changed_.wait_until(lock, deadline, [&] { return is_turn_of(rules); });
    --writers_.at(rules).waiting;
    if (!came) {
      forget(rules);
      return error(ErrorKind::Busy, "changes under the configuration of before take too long");
    }
  }
  ++writers_[rules].writing;
  return Turn(*this, rules);
}

// Earlier ones come first, waiting or not; later ones only hold up while they write.
bool Succession::is_turn_of(Rules rules) const {
  return std::all_of(writers_.begin(), writers_.end(), [&](const auto& other) {
    return other.first == rules || (other.second.writing == 0 && other.first > rules);
  });
}

void Succession::forget(Rules rules) {
  const auto at = writers_.find(rules);
  if (at->second.writing > 0) return;
  if (at->second.waiting == 0) writers_.erase(at);
  // Those of these rules who wait may have waited for others, who waited for this writer.
  changed_.notify_all();
}

}  // namespace dirbridge::operate
