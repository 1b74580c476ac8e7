#include "sync/moves.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dirbridge::sync {

Moves::Move::Move(Moves& moves, std::string_view id, const directory::Dn& from, const directory::Dn& to)
    : moves_(moves), number_(id.empty() ? 0 : moves.begin(id, from, to)) {}

Moves::Move::~Move() {
  if (number_ > 0) moves_.end(number_);
}

std::uint64_t Moves::begin(std::string_view id, const directory::Dn& from, const directory::Dn& to) {
  Entry entry{0, ascii_lower(id), from.normalized(), to.normalized()};
  const std::lock_guard lock(mutex_);
  entry.number = ++moment_;
  entries_.push_back(std::move(entry));
  forget();
  return moment_;
}

void Moves::end(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto at =
      std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& e) { return e.number == number; });
  if (at == entries_.rend()) return;
  at->ended = ++moment_;
  at->when = std::chrono::steady_clock::now();
}

// What still moves is kept.
void Moves::forget() {
  const auto now = std::chrono::steady_clock::now();
  for (auto at = entries_.begin(); at != entries_.end();) {
    const bool old = at->ended > 0 && (now - at->when > memory || entries_.size() > most);
    if (!old && at->ended > 0) break;
    if (old) forgotten_ = std::max(forgotten_, at->ended);
    at = old ? entries_.erase(at) : std::next(at);
  }
}

std::uint64_t Moves::now() const {
  const std::lock_guard lock(mutex_);
  return moment_;
}

std::optional<std::vector<std::string>> Moves::since(std::uint64_t moment) const {
  const std::lock_guard lock(mutex_);
  if (forgotten_ > moment) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& entry : entries_)
    if (entry.ended == 0 || entry.ended > moment) out.push_back(entry.id);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool Moves::moved_since(std::uint64_t moment, std::string_view id) const {
  const auto ids = since(moment);
  return !ids || std::binary_search(ids->begin(), ids->end(), ascii_lower(id));
}

std::unordered_map<std::string, std::string> Moves::names() const {
  std::unordered_map<std::string, std::string> out;
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_)
    for (const auto* name : {&entry.from, &entry.to}) out.insert_or_assign(*name, entry.id);
  return out;
}

}  // namespace dirbridge::sync
