#include "jira/leads.hpp"

#include "base/waiting.hpp"

namespace dirbridge::jira {

class Leads::Turn {
 public:
  Turn(Leads& leads, Deadline deadline) : leads_(leads) {
    std::unique_lock lock(leads_.mutex_);
    const Waiting waiting;
    taken_ = leads_.freed_.wait_until(lock, deadline, [&] { return !leads_.busy_; });
    if (taken_) leads_.busy_ = true;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!taken_) return;
    const std::lock_guard lock(leads_.mutex_);
    leads_.busy_ = false;
    leads_.freed_.notify_one();
  }

  bool taken() const { return taken_; }

 private:
  Leads& leads_;
  bool taken_ = false;
};

Result<HandedOver> Leads::hand_over(std::string_view user_name, Deadline deadline) {
  const Turn turn(*this, deadline);
  if (!turn.taken()) return error(ErrorKind::Busy, "another hand-over of leads in Jira takes too long");
  return hand_over_alone(user_name, deadline);
}

Result<HandedOver> Leads::hand_over_alone(std::string_view user_name, Deadline deadline) {
  const auto key = api_.user_key(user_name, deadline);
  if (!key && key.error().kind == ErrorKind::NotFound) return HandedOver{};
  if (!key) return key.error();
  if (auto known = read(deadline); !known) return known.error();
  HandedOver out;
  std::optional<Error> first;
  for (auto& led : all_) {
    if (led.lead != *key) continue;
    auto moved = move(led, out, deadline);
    if (!moved && !first) first = error(moved.error().kind, led.description + ": " + moved.error().detail);
  }
  if (!first) return out;
  read_at_.reset();  // what was read may be the reason
  return *first;
}

Result<> Leads::read(Deadline deadline) {
  const auto now = std::chrono::steady_clock::now();
  if (read_at_ && now - *read_at_ < life) return {};
  auto projects = api_.projects(deadline);
  if (!projects) return projects.error();
  std::vector<Led> all;
  for (const auto& project : *projects) {
    if (!successors_.project_lead.empty())
      all.push_back(
          {Led::Kind::Project, project.key, "project " + project.key, project.lead, project.archived});
    if (successors_.component_lead.empty()) continue;
    auto components = api_.components(project.key, deadline);
    if (!components && components.error().kind == ErrorKind::NotFound)
      continue;  // hidden or deleted meanwhile
    if (!components) return components.error();
    for (auto& component : *components)
      all.push_back({Led::Kind::Component, std::move(component.id),
                     "component " + component.name + " of project " + project.key, std::move(component.lead),
                     project.archived});
  }
  all_ = std::move(all);
  read_at_ = now;
  return {};
}

Result<> Leads::move(Led& led, HandedOver& done, Deadline deadline) {
  const bool project = led.kind == Led::Kind::Project;
  const auto& name = project ? successors_.project_lead : successors_.component_lead;
  const auto key = successor_key(name, deadline);
  if (!key) return key.error();
  if (*key == led.lead)
    return error(ErrorKind::Refused, name + " is the one who leaves: configure another successor");
  auto moved = project ? api_.set_project_lead(led.id, name, deadline)
                       : api_.set_component_lead(led.id, name, deadline);
  if (moved) {
    led.lead = *key;
    ++(project ? done.projects : done.components);
    return {};
  }
  if (moved.error().kind == ErrorKind::NotFound) return {};  // deleted meanwhile
  const bool by_jira = moved.error().kind == ErrorKind::Refused || moved.error().kind == ErrorKind::Forbidden;
  if (!led.archived || !by_jira) return moved;
  done.archived.push_back(led.description);
  return {};
}

Result<std::string> Leads::successor_key(const std::string& name, Deadline deadline) {
  auto key = api_.user_key(name, deadline);
  if (!key && key.error().kind == ErrorKind::NotFound)
    return error(ErrorKind::Refused, "Jira does not know " + name + ", who is to take over");
  return key;
}

}  // namespace dirbridge::jira
