#include "tokens/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/descriptor.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"

namespace dirbridge::tokens {
namespace {

namespace json = boost::json;

constexpr std::size_t max_bytes = 1024 * 1024;

Error failed(const std::string& what, const std::string& path) {
  return error(ErrorKind::Unavailable,
               what + " " + path + ": " + std::string(std::strerror(errno)));  // NOLINT
}

Error broken(const std::string& path, const std::string& why) {
  return error(ErrorKind::InvalidSyntax, "token file " + path + " is broken: " + why);
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string text(max_bytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto count = ::read(fd, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot read", path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > max_bytes) return broken(path, "larger than 1 MiB");
  text.resize(size);
  return text;
}

std::optional<StoredToken> parse_token(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return std::nullopt;
  const auto text = [&](std::string_view key) -> std::string {
    const auto* member = object->if_contains(key);
    const auto* string = member ? member->if_string() : nullptr;
    return string ? std::string(string->data(), string->size()) : std::string();
  };
  StoredToken token{text("id"), text("label"), text("created"), text("hash")};
  constexpr std::size_t hash_size = sizeof("sha256:") - 1 + 64;
  if (token.id.empty() || token.hash.size() != hash_size) return std::nullopt;
  return token;
}

Result<std::vector<StoredToken>> parse_tokens(const std::string& text, const std::string& path) {
  json::error_code ec;
  const auto value = json::parse(text, ec);
  if (ec) return broken(path, "not JSON: " + ec.message());
  const auto* object = value.if_object();
  const auto* member = object ? object->if_contains("tokens") : nullptr;
  const auto* list = member ? member->if_array() : nullptr;
  if (!list) return broken(path, "no \"tokens\" array");
  std::vector<StoredToken> tokens;
  for (const auto& item : *list) {
    auto token = parse_token(item);
    if (!token) return broken(path, "tokens[" + std::to_string(tokens.size()) + "] is not a token");
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

std::string to_text(const std::vector<StoredToken>& tokens) {
  std::string text = "{\"tokens\": [";
  const char* separator = "\n  ";
  for (const auto& token : tokens) {
    const json::object object{
        {"id", token.id}, {"label", token.label}, {"created", token.created}, {"hash", token.hash}};
    text += separator + json::serialize(object);
    separator = ",\n  ";
  }
  return text + "\n]}\n";
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// The file belongs to whoever the folder belongs to, so that a token made by root can be read by the service.
bool hand_over(int fd, int folder) {
  if (::geteuid() != 0) return true;
  struct stat status {};
  return ::fstat(folder, &status) == 0 && ::fchown(fd, status.st_uid, status.st_gid) == 0;
}

// `folder` is open and locked.
Result<> write_token_file(const std::string& path, const std::vector<StoredToken>& tokens,
                          const Descriptor& folder) {
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  const Descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) return failed("cannot create", temporary);
  const bool written = write_all(file.get(), to_text(tokens)) && hand_over(file.get(), folder.get()) &&
                       ::fsync(file.get()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0 &&
                       ::fsync(folder.get()) == 0;
  if (written) return {};
  const auto e = failed("cannot write", path);
  ::unlink(temporary.c_str());
  return e;
}

using Edit = std::function<Result<>(std::vector<StoredToken>&)>;

Result<> edit_token_file(const std::string& path, const Edit& edit) {
  const auto folder_name = std::filesystem::path(path).parent_path().string();
  const Descriptor folder(::open(folder_name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return failed("cannot open folder", folder_name);
  if (::flock(folder.get(), LOCK_EX) != 0) return failed("cannot lock folder", folder_name);
  auto tokens = read_token_file(path);
  if (!tokens && tokens.error().kind != ErrorKind::NotFound) return tokens.error();
  auto list = tokens ? std::move(*tokens) : std::vector<StoredToken>();
  if (auto edited = edit(list); !edited) return edited.error();
  return write_token_file(path, list, folder);
}

std::string new_id(const std::vector<StoredToken>& tokens) {
  for (;;) {
    auto id = to_hex(random_bytes(4));
    if (std::none_of(tokens.begin(), tokens.end(), [&](const auto& token) { return token.id == id; }))
      return id;
  }
}

}  // namespace

Result<std::vector<StoredToken>> read_token_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return error(ErrorKind::NotFound, "there is no token file " + path);
    return failed("cannot open", path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return broken(path, "not a file");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return error(ErrorKind::Forbidden, "token file " + path + " can be written by others: chmod 600 it");
  }
  auto text = read_all(file.get(), path);
  if (!text) return text.error();
  return parse_tokens(*text, path);
}

Result<NewToken> add_token(const std::string& path, const std::string& label, WallTime now) {
  if (!is_utf8(label) || has_control(label) || label.size() > 200) {
    return error(ErrorKind::InvalidValue, "a label is at most 200 bytes of UTF-8 without control characters");
  }
  const auto folder = std::filesystem::path(path).parent_path().string();
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("cannot make folder", folder);
  NewToken made{{}, new_token()};
  auto done = edit_token_file(path, [&](std::vector<StoredToken>& tokens) -> Result<> {
    made.id = new_id(tokens);
    tokens.push_back({made.id, label, to_date_time(now), token_hash(made.token)});
    return {};
  });
  if (!done) return done.error();
  return made;
}

Result<> revoke_token(const std::string& path, const std::string& id) {
  return edit_token_file(path, [&](std::vector<StoredToken>& tokens) -> Result<> {
    const auto count = std::erase_if(tokens, [&](const StoredToken& token) { return token.id == id; });
    if (count == 0) return error(ErrorKind::NotFound, "there is no token with the id " + id);
    return {};
  });
}

}  // namespace dirbridge::tokens
