#include "support/fake_jira.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace dirbridge::test {

namespace json = boost::json;

namespace {

http::Response reply(int status, const json::value& body) {
  http::Response out;
  out.status = status;
  out.headers.set("Content-Type", "application/json;charset=UTF-8");
  out.body = json::serialize(body);
  return out;
}

http::Response empty_reply(int status) {
  http::Response out;
  out.status = status;
  return out;
}

http::Response messages(int status, const std::string& text) {
  return reply(status, json::object{{"errorMessages", json::array{text}}, {"errors", json::object{}}});
}

http::Response field_error(const std::string& field, const std::string& text) {
  return reply(400, json::object{{"errorMessages", json::array{}}, {"errors", json::object{{field, text}}}});
}

}  // namespace

FakeJira::FakeJira() {
  auto server = http::Server::start(
      {}, [this](const http::Request& request, Deadline deadline) { return answer(request, deadline); },
      [](int status, const std::string&) { return empty_reply(status); });
  if (!server) throw std::runtime_error(server.error().detail);
  server_ = std::move(*server);
}

FakeJira::~FakeJira() {
  stop();
}

void FakeJira::stop() {
  server_->stop(deadline_in(std::chrono::seconds(1)));
}

void FakeJira::add_user(const std::string& name, const std::string& key, bool active) {
  const std::lock_guard lock(mutex_);
  users_[name] = {key, active};
}

void FakeJira::add_project(const std::string& key, Project project) {
  const std::lock_guard lock(mutex_);
  projects_[key] = std::move(project);
}

void FakeJira::fail_next(Fault fault, int times) {
  const std::lock_guard lock(mutex_);
  faults_.insert(faults_.end(), static_cast<std::size_t>(times), fault);
}

void FakeJira::recover() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

void FakeJira::refuse_changes_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  refused_.push_back(id);
}

FakeJira::Project FakeJira::project(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  return projects_.at(key);
}

std::vector<std::string> FakeJira::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

http::Response FakeJira::failed(Fault fault, Deadline deadline) const {
  switch (fault) {
    case Fault::RateLimit: {
      auto out = empty_reply(429);
      out.headers.set("Retry-After", "1");
      return out;
    }
    case Fault::Unavailable:
      return empty_reply(503);
    case Fault::Captcha: {
      auto out = empty_reply(403);
      out.headers.set("X-Authentication-Denied-Reason",
                      "CAPTCHA_CHALLENGE; login-url=https://jira/login.jsp");
      return out;
    }
    case Fault::NoRights:
      return messages(403, "You cannot edit the configuration of this project.");
    case Fault::NotJson: {
      http::Response out;
      out.headers.set("Content-Type", "text/html");
      out.body = "<html>Log in</html>";
      return out;
    }
    case Fault::Silence:
      std::this_thread::sleep_for(std::min(remaining(deadline), std::chrono::milliseconds(1'500)));
      return empty_reply(503);
  }
  return empty_reply(500);
}

http::Response FakeJira::answer(const http::Request& request, Deadline deadline) {
  std::unique_lock lock(mutex_);
  requests_.push_back(request.method + " " + request.target_text);
  const auto* authorization = request.headers.find("Authorization");
  if (!authorization || *authorization != std::string("Bearer ") + token) return empty_reply(401);
  if (!faults_.empty()) {
    const auto fault = faults_.front();
    faults_.pop_front();
    lock.unlock();
    return failed(fault, deadline);
  }
  const auto& path = request.target.segments;
  if (path.size() < 4 || path[0] != "rest" || path[1] != "api" || path[2] != "2") return empty_reply(404);
  const auto* expand = request.target.parameter("expand");
  const auto* archived = request.target.parameter("includeArchived");
  if (request.method == "GET") {
    if (path.size() == 4 && path[3] == "user") return user(request.target.parameter("username"));
    if (path.size() == 4 && path[3] == "project")
      return projects(expand && *expand == "lead", archived && *archived == "true");
    if (path.size() == 6 && path[3] == "project" && path[5] == "components") return components(path[4]);
  }
  if (request.method == "PUT" && path.size() == 5) {
    const auto* type = request.headers.find("Content-Type");
    if (!type || type->find("application/json") == std::string::npos) return empty_reply(415);
    const auto body = json::parse(request.body).as_object();
    if (path[3] == "project") return change_project(path[4], body);
    if (path[3] == "component") return change_component(path[4], body);
  }
  return empty_reply(405);
}

json::value FakeJira::shown(const std::string& user_name) const {
  const auto at = users_.find(user_name);
  if (at == users_.end()) return nullptr;
  return json::object{{"key", at->second.key}, {"name", user_name}, {"active", at->second.active}};
}

http::Response FakeJira::user(const std::string* name) const {
  if (!name || !users_.contains(*name))
    return messages(404, "The user named '" + (name ? *name : std::string()) + "' does not exist");
  return reply(200, shown(*name));
}

http::Response FakeJira::projects(bool with_lead, bool with_archived) const {
  json::array out;
  for (const auto& [key, project] : projects_) {
    if (project.hidden || (project.archived && !with_archived)) continue;
    json::object item{{"key", key}, {"name", "Project " + key}, {"archived", project.archived}};
    if (with_lead) item["lead"] = shown(project.lead);
    out.push_back(std::move(item));
  }
  return reply(200, out);
}

http::Response FakeJira::components(const std::string& key) const {
  const auto at = projects_.find(key);
  if (at == projects_.end() || at->second.hidden)
    return messages(404, "No project could be found with key '" + key + "'.");
  json::array out;
  for (const auto& [name, component] : at->second.components) {
    json::object item{{"id", component.id}, {"name", name}, {"assigneeType", "PROJECT_DEFAULT"}};
    if (!component.lead.empty()) item["lead"] = shown(component.lead);
    out.push_back(std::move(item));
  }
  return reply(200, out);
}

// An answer with status 200 stands for "allowed".
http::Response FakeJira::check_lead(const std::string& id, const Project& project, const std::string& field,
                                    const json::value* name) const {
  if (project.archived) return messages(400, "You cannot change an archived project.");
  const auto wanted = name && name->is_string() ? std::string(name->get_string()) : std::string();
  const auto at = users_.find(wanted);
  const bool refused = std::find(refused_.begin(), refused_.end(), id) != refused_.end();
  if (at == users_.end() || !at->second.active || refused)
    return field_error(field, "You must specify a valid project lead.");
  return empty_reply(200);
}

http::Response FakeJira::change_project(const std::string& key, const json::object& body) {
  const auto at = projects_.find(key);
  if (at == projects_.end() || at->second.hidden)
    return messages(404, "No project could be found with key '" + key + "'.");
  if (auto refused = check_lead(key, at->second, "projectLead", body.if_contains("lead"));
      refused.status != 200)
    return refused;
  at->second.lead = body.at("lead").as_string();
  return reply(200, json::object{{"key", key}});
}

http::Response FakeJira::change_component(const std::string& id, const json::object& body) {
  for (auto& [key, project] : projects_)
    for (auto& [name, component] : project.components) {
      if (component.id != id || project.hidden) continue;
      if (auto refused = check_lead(id, project, "leadUserName", body.if_contains("leadUserName"));
          refused.status != 200)
        return refused;
      component.lead = body.at("leadUserName").as_string();
      return reply(200, json::object{{"id", id}});
    }
  return messages(404, "The component with id " + id + " does not exist.");
}

}  // namespace dirbridge::test
