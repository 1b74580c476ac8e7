#pragma once
// A SCIM client for tests: one keep-alive connection to one connection's base URL with its token. Not
// thread-safe.
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "http/client.hpp"

namespace dirbridge::e2e {

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string body;
  boost::json::value json;  // null when the body is empty or no JSON

  std::string text(std::string_view key) const;  // a string of the top level; empty when there is none
};

class ScimClient {
 public:
  ScimClient(std::string base_url, Secret token);

  // Throws std::runtime_error when no answer comes: where that is part of the test, use try_send.
  Answer get(const std::string& path);
  Answer post(const std::string& path, const boost::json::value& body);
  Answer put(const std::string& path, const boost::json::value& body);
  Answer patch(const std::string& path,
               const boost::json::value& operations);  // an array: the PatchOp's Operations
  Answer remove(const std::string& path);
  Answer find(const std::string& type, const std::string& filter);  // type: "Users", "Groups"

  // Token and content type are added unless `headers` has them; one that is set to `unsent` is not sent.
  static constexpr std::string_view unsent = "\n";  // no header can have this value
  Result<Answer> try_send(const std::string& method, const std::string& path, http::Headers headers,
                          std::string body, Deadline deadline);

 private:
  Answer send(const std::string& method, const std::string& path, std::string body);

  std::string base_url_;
  Secret token_;
  std::unique_ptr<http::Client> client_;
};

// Path with a percent-encoded query.
std::string with_query(const std::string& path, const std::string& name, const std::string& value);
boost::json::value patch_message(const boost::json::value& operations);

}  // namespace dirbridge::e2e
