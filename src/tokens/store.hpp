#pragma once
// Which bearer tokens (RFC 6750) are good, and for which connection. Thread-safe. Follows the token files
// without a restart: each is looked at once a second at most. A file that is broken keeps the tokens it had;
// a file that is gone has none. Both are logged once.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::tokens {

class TokenStore {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // `files`: connection -> token file.
  explicit TokenStore(const std::map<std::string, std::string>& files,
                      Now now = std::chrono::steady_clock::now);
  ~TokenStore();
  TokenStore(const TokenStore&) = delete;
  TokenStore& operator=(const TokenStore&) = delete;

  // Other connections and files from now on. They are read here, changed or not, while others go on asking;
  // a file that stays and is broken keeps the tokens it had. One thread at a time.
  void follow(const std::map<std::string, std::string>& files);

  // Compared in constant time with every token of the connection.
  bool accepts(std::string_view connection, std::string_view token);
  // The connection a token belongs to.
  std::optional<std::string> connection_for(std::string_view token);

 private:
  struct File;
  using Files = std::map<std::string, File, std::less<>>;
  void refresh(File& file);
  static bool contains(const File& file, std::string_view hash);

  Now now_;
  std::mutex mutex_;
  Files files_;
};

}  // namespace dirbridge::tokens
