#pragma once
// The part of Jira Data Center's REST API v2 that moving leads needs. One call at a time; blocks until the
// deadline. Not thread-safe.
//
// Busy (429) and Unavailable (5xx, no connection) are tried again until the deadline; everything else is an
// answer. Errors: Unauthorized (401: the token), Forbidden (403: rights, or a CAPTCHA to be solved), NotFound
// (404: not there or not visible), Refused (400: what Jira did not like), Busy, Unavailable, Timeout,
// TooLarge.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "http/client.hpp"
#include "jira/messages.hpp"

namespace dirbridge::jira {

struct Server {
  std::string url;      // "https://jira.example.org/context", without a slash at the end
  Secret token;         // a personal access token: has its owner's rights
  std::string ca_file;  // empty: the system's
};

class Api {
 public:
  explicit Api(Server server);

  // The user's key; NotFound when Jira knows nobody of this name.
  Result<std::string> user_key(std::string_view name, Deadline deadline);
  // All that the token's owner may see, archived ones included.
  Result<std::vector<Project>> projects(Deadline deadline);
  Result<std::vector<Component>> components(std::string_view project, Deadline deadline);
  Result<> set_project_lead(std::string_view project, std::string_view name, Deadline deadline);
  Result<> set_component_lead(std::string_view id, std::string_view name, Deadline deadline);

 private:
  Result<> put(const std::string& path, const boost::json::object& body, Deadline deadline);
  Result<std::string> call(std::string_view method, const std::string& path, std::string body,
                           Deadline deadline);

  Server server_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace dirbridge::jira
