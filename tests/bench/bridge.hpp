#pragma once
// `dirbridge serve` as a child of this process, in front of a private slapd: configuration, token and ports
// are made for it in a folder of its own. Stops with the object.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "slapd/child_process.hpp"
#include "slapd/private_slapd.hpp"

namespace dirbridge::bench {

class Bridge {
 public:
  // Returns when it answers. `folder` must exist.
  static Result<std::unique_ptr<Bridge>> start(const std::string& program, const std::string& folder,
                                               const slapd::PrivateSlapd& directory, bool over_ldapi);
  ~Bridge();
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_->pid(); }

  // The bytes of a request to this bridge; `path` follows the connection's base ("/Users").
  std::string request(std::string_view method, std::string_view path, std::string_view body) const;

 private:
  Bridge() = default;
  Result<> write_configuration(const std::string& folder, const slapd::PrivateSlapd& directory,
                               bool over_ldapi);
  Result<> make_token(const std::string& program, const std::string& folder);
  Result<> wait_until_ready() const;

  std::uint16_t port_ = 0;
  std::string token_;
  std::unique_ptr<slapd::ChildProcess> process_;
};

}  // namespace dirbridge::bench
