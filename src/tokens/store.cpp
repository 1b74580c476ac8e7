#include "tokens/store.hpp"

#include <sys/stat.h>

#include <tuple>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "tokens/file.hpp"

namespace dirbridge::tokens {
namespace {

constexpr std::chrono::seconds between_looks{1};

// What changes when a file does. The inode is in it, as a rename may keep time (of a coarse clock) and size.
using Stamp = std::tuple<ino_t, off_t, time_t, long>;

std::optional<Stamp> stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Stamp{status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

}  // namespace

struct TokenStore::File {
  std::string connection;
  std::string path;
  std::vector<std::string> hashes;
  std::optional<Stamp> stamp;
  std::optional<std::chrono::steady_clock::time_point> looked;
};

TokenStore::TokenStore(const std::map<std::string, std::string>& files, Now now) : now_(std::move(now)) {
  for (const auto& [connection, path] : files) files_[connection] = File{connection, path, {}, {}, {}};
}

TokenStore::~TokenStore() = default;

void TokenStore::follow(const std::map<std::string, std::string>& files) {
  Files next;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [connection, path] : files) {
      const auto before = files_.find(connection);
      const bool stays = before != files_.end() && before->second.path == path;
      next[connection] = File{connection, path, {}, {}, {}};
      if (stays) next[connection].hashes = before->second.hashes;
    }
  }
  for (auto& [connection, file] : next) refresh(file);
  const std::lock_guard lock(mutex_);
  files_ = std::move(next);
}

void TokenStore::refresh(File& file) {
  const auto now = now_();
  const bool first = !file.looked;
  if (!first && now - *file.looked < between_looks) return;
  file.looked = now;
  const auto stamp = stamp_of(file.path);
  if (!first && stamp == file.stamp) return;
  file.stamp = stamp;
  const auto tokens = read_token_file(file.path);
  if (tokens) {
    file.hashes.clear();
    for (const auto& token : *tokens) file.hashes.push_back(token.hash);
    log::info("tokens_read", {{"connection", file.connection}, {"tokens", file.hashes.size()}});
  } else if (tokens.error().kind == ErrorKind::NotFound) {
    file.hashes.clear();
    log::warning("tokens_missing", {{"connection", file.connection}, {"detail", tokens.error().detail}});
  } else {
    log::error("tokens_unreadable", {{"connection", file.connection},
                                     {"detail", tokens.error().detail},
                                     {"tokens_kept", file.hashes.size()}});
  }
}

bool TokenStore::contains(const File& file, std::string_view hash) {
  bool found = false;
  for (const auto& stored : file.hashes) found |= equal_in_constant_time(stored, hash);
  return found;
}

bool TokenStore::accepts(std::string_view connection, std::string_view token) {
  const auto hash = token_hash(token);
  const std::lock_guard lock(mutex_);
  const auto file = files_.find(connection);
  if (file == files_.end()) return false;
  refresh(file->second);
  return contains(file->second, hash);
}

std::optional<std::string> TokenStore::connection_for(std::string_view token) {
  const auto hash = token_hash(token);
  const std::lock_guard lock(mutex_);
  std::optional<std::string> owner;
  for (auto& [connection, file] : files_) {
    refresh(file);
    if (contains(file, hash)) owner = connection;
  }
  return owner;
}

}  // namespace dirbridge::tokens
