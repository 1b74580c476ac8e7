#pragma once
// A connection's bearer tokens as they lie on disk: JSON with hashes, never the tokens themselves. Written
// whole (temporary file, fsync, rename) with mode 0600; a reader sees the old or the new content, never a
// part. Changes take a lock on the folder, so that two commands at once lose nothing.
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace dirbridge::tokens {

struct StoredToken {
  std::string id;       // short, for `token revoke`; says nothing about the token
  std::string label;    // what the administrator called it
  std::string created;  // xsd:dateTime
  std::string hash;     // token_hash()
};

// NotFound when there is no such file; InvalidSyntax, Forbidden (others can write it) or Unavailable
// otherwise.
Result<std::vector<StoredToken>> read_token_file(const std::string& path);

struct NewToken {
  std::string id;
  std::string token;  // to be shown once; it cannot be found again
};
// Makes the file and its folder (0700) when they are not there. Run by root, the file goes to the folder's
// owner.
Result<NewToken> add_token(const std::string& path, const std::string& label, WallTime now);
// NotFound when there is no token with that id.
Result<> revoke_token(const std::string& path, const std::string& id);

}  // namespace dirbridge::tokens
