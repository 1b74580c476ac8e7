#pragma once
// Which entries got another DN lately, or are getting one at this moment: a reader that asks for one place
// after the other, or first for a name and then for what has it, may miss who moves between its questions,
// and looks again when it finds it here. Of this process only. Bounded. Thread-safe.
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "directory/dn.hpp"

namespace dirbridge::sync {

class Moves {
 public:
  // How long a former name still tells who had it.
  static constexpr std::chrono::seconds memory{120};
  static constexpr std::size_t most = 16'384;

  // An entry moves while this lives. Nothing when it has no id.
  class Move {
   public:
    Move(Moves& moves, std::string_view id, const directory::Dn& from, const directory::Dn& to);
    Move(Move&& other) noexcept : moves_(other.moves_), number_(std::exchange(other.number_, 0)) {}
    Move& operator=(Move&&) = delete;
    ~Move();

   private:
    Moves& moves_;
    std::uint64_t number_;
  };

  // A moment to compare with.
  std::uint64_t now() const;
  // The ids (in small letters) of what has moved since then, at least in part. nullopt: too many to know.
  std::optional<std::vector<std::string>> since(std::uint64_t moment) const;
  bool moved_since(std::uint64_t moment, std::string_view id) const;
  // Who had or got which name lately: ids by normalized DN.
  std::unordered_map<std::string, std::string> names() const;

 private:
  struct Entry {
    std::uint64_t number;
    std::string id;
    std::string from;  // normalized
    std::string to;
    std::uint64_t ended = 0;  // 0: it still moves
    std::chrono::steady_clock::time_point when{};
  };
  std::uint64_t begin(std::string_view id, const directory::Dn& from, const directory::Dn& to);
  void end(std::uint64_t number);
  void forget();

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // in the order in which they began
  std::uint64_t moment_ = 0;
  std::uint64_t forgotten_ = 0;  // the latest end among those that are not remembered any more
};

}  // namespace dirbridge::sync
