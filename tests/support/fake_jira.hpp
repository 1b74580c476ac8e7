#pragma once
// Jira Data Center as far as leads go: users, projects, components of its REST API v2, with the answers and
// the faults that Jira has. People are listed by key and set by name; a lead must be active and assignable;
// archived projects are listed when asked for and refuse changes; projects can be hidden from the token's
// owner. Thread-safe.
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "http/server.hpp"

namespace dirbridge::test {

class FakeJira {
 public:
  struct User {
    std::string key;
    bool active = true;
  };
  struct Component {
    std::string id;
    std::string lead;  // user name; empty: none
  };
  struct Project {
    std::string lead;  // user name
    bool archived = false;
    bool hidden = false;
    std::map<std::string, Component> components;  // by name
  };
  // What happens to the next request instead of its answer.
  enum class Fault {
    RateLimit,    // 429 with Retry-After: 1
    Unavailable,  // 503
    Captcha,      // 403, as after failed logins
    NoRights,     // 403
    NotJson,      // 200 with a page of a proxy
    Silence,      // no answer for a long time
  };

  FakeJira();
  ~FakeJira();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  static constexpr const char* token = "fake-personal-access-token";

  void add_user(const std::string& name, const std::string& key, bool active = true);
  void add_project(const std::string& key, Project project);
  void fail_next(Fault fault, int times = 1);
  void recover();  // no more faults
  // The next change of this project or component id is refused as Jira refuses a lead that may not be
  // assigned.
  void refuse_changes_of(const std::string& id);

  Project project(const std::string& key) const;
  std::vector<std::string> requests() const;  // "PUT /rest/api/2/project/ABC"
  void stop();                                // nothing listens any more

 private:
  http::Response answer(const http::Request& request, Deadline deadline);
  http::Response failed(Fault fault, Deadline deadline) const;
  http::Response user(const std::string* name) const;
  http::Response projects(bool with_lead, bool with_archived) const;
  http::Response components(const std::string& project) const;
  http::Response change_project(const std::string& key, const boost::json::object& body);
  http::Response change_component(const std::string& id, const boost::json::object& body);
  http::Response check_lead(const std::string& id, const Project& project, const std::string& field,
                            const boost::json::value* name) const;
  boost::json::value shown(const std::string& user_name) const;

  mutable std::mutex mutex_;
  std::map<std::string, User> users_;
  std::map<std::string, Project> projects_;
  std::vector<std::string> refused_;
  std::deque<Fault> faults_;
  std::vector<std::string> requests_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace dirbridge::test
