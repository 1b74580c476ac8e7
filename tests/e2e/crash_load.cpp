#include "e2e/crash_load.hpp"

#include <stdexcept>
#include <utility>

#include "e2e/steps.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
constexpr auto kAnswerTime = 15s;
constexpr int kLastAttempts = 5;

}  // namespace

Load::Load(const Site& site, std::size_t workers) : site_(site), workers_(workers) {
  auto client = site_.client();
  everyone_id_ = create_group(client, everyone);
  for (std::size_t i = 0; i < workers; ++i) {
    workers_[i].group = "team" + std::to_string(i);
    workers_[i].group_id = create_group(client, workers_[i].group);
  }
}

Load::~Load() {
  stop();
}

void Load::start() {
  busy_ = workers_.size();
  for (auto& worker : workers_) threads_.emplace_back([this, &worker] { run(worker); });
}

bool Load::wait_for_acknowledged(std::size_t more, Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto count = [this] {
    std::size_t sum = 0;
    for (const auto& worker : workers_) sum += worker.acknowledged;
    return sum;
  };
  const auto goal = count() + more;
  return changed_.wait_until(lock, deadline, [&] { return count() >= goal || !unexpected_.empty(); });
}

bool Load::wait_until_parked(Deadline deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return busy_ == 0; });
}

void Load::resume() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  changed_.notify_all();
}

void Load::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ++generation_;
    changed_.notify_all();
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::size_t Load::acknowledged() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const auto& worker : workers_) sum += worker.acknowledged;
  return sum;
}

void Load::run(LoadWorker& worker) {
  auto client = site_.client();
  try {
    for (std::size_t number = 0; !stopping(); ++number) one_user(client, worker, number);
  } catch (const std::exception& e) {
    const std::lock_guard lock(mutex_);
    unexpected_.push_back(e.what());
  }
  const std::lock_guard lock(mutex_);
  --busy_;
  changed_.notify_all();
}

bool Load::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

LoadUser& Load::new_user(LoadWorker& worker, std::size_t number) {
  const std::lock_guard lock(mutex_);
  auto& user = worker.users.emplace_back();
  user.uid = user.next_uid = worker.group + "-" + std::to_string(number);
  user.external_id = "ext-" + user.uid;
  return user;
}

void Load::one_user(ScimClient& client, LoadWorker& worker, std::size_t number) {
  auto& user = new_user(worker, number);
  create(client, worker, user);
  const auto own = "/Groups/" + worker.group_id;
  const auto self = "/Users/" + user.id;
  patch(client, worker, user, "/Groups/" + everyone_id_, add_members({user.id}),
        [](auto& u) { u.in_everyone = true; });
  patch(client, worker, user, own, add_members({user.id}), [](auto& u) { u.in_own = true; });
  const auto display = "Display " + user.uid;
  patch(client, worker, user, self, replace("displayName", display), [&](auto& u) { u.display = display; });
  if (number % 3 == 0) {
    change(user, [](auto& u) { u.next_uid = u.uid + "-renamed"; });
    patch(client, worker, user, self, replace("userName", user.next_uid),
          [](auto& u) { u.uid = u.next_uid; });
  }
  if (number % 4 == 1) {
    patch(client, worker, user, own, remove_members({user.id}), [](auto& u) { u.in_own = false; });
  }
  if (number % 6 == 3)
    for (const bool active : {false, true})
      patch(client, worker, user, self, replace("active", active), [](LoadUser&) {});
  if (number % 5 == 2) remove(client, worker, user);
}

void Load::create(ScimClient& client, LoadWorker& worker, LoadUser& user) {
  const json::object body = {{"schemas", {"urn:ietf:params:scim:schemas:core:2.0:User"}},
                             {"userName", user.uid},
                             {"externalId", user.external_id},
                             {"active", true}};
  bool repeated = false;
  auto answer = insist(client, "POST", "/Users", json::serialize(body), repeated);
  std::string id = answer.text("id");
  if (answer.status == 409 && repeated) {
    answer =
        insist(client, "GET", with_query("/Users", "filter", "externalId eq \"" + user.external_id + "\""),
               "", repeated);
    expect_status(answer, 200);
    if (answer.json.at("totalResults") != 1) throw std::runtime_error("taken, but not ours: " + user.uid);
    id = std::string(answer.json.at("Resources").at(0).at("id").as_string());
  } else {
    expect_status(answer, 201);
  }
  acknowledge(worker, user, [&](LoadUser& u) {
    u.id = id;
    u.exists = true;
  });
}

void Load::patch(ScimClient& client, LoadWorker& worker, LoadUser& user, const std::string& path,
                 const json::value& operations, const Effect& effect) {
  change(user, [](LoadUser& u) { u.uncertain = true; });
  bool repeated = false;
  const auto body = json::serialize(patch_message(operations));
  const auto answer = insist(client, "PATCH", path, body, repeated);
  expect_success(answer);
  acknowledge(worker, user, effect);
}

void Load::remove(ScimClient& client, LoadWorker& worker, LoadUser& user) {
  change(user, [](LoadUser& u) { u.uncertain = true; });
  bool repeated = false;
  const auto answer = insist(client, "DELETE", "/Users/" + user.id, "", repeated);
  if (!repeated || answer.status != 404) expect_status(answer, 204);
  acknowledge(worker, user, [](LoadUser& u) { u.exists = u.in_everyone = u.in_own = false; });
}

Answer Load::insist(ScimClient& client, const std::string& method, const std::string& path,
                    const std::string& body, bool& repeated) {
  bool resumed = false;  // the connection may be one to the bridge that was killed meanwhile
  for (int failed_at_the_end = 0; failed_at_the_end < kLastAttempts;) {
    auto answer = client.try_send(method, path, {}, body, deadline_in(kAnswerTime));
    if (answer && answer->status < 500) return std::move(*answer);
    repeated = true;
    if (!answer && std::exchange(resumed, false)) continue;
    if (stopping()) ++failed_at_the_end;
    park();
    resumed = true;
  }
  throw std::runtime_error("no answer to " + method + " " + path);
}

// Until resume(); not at all when the load is ending.
void Load::park() {
  std::unique_lock lock(mutex_);
  const auto parked_in = generation_;
  if (stopping_) return;
  --busy_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return generation_ != parked_in; });
  ++busy_;
}

void Load::change(LoadUser& user, const Effect& effect) {
  const std::lock_guard lock(mutex_);
  effect(user);
}

void Load::acknowledge(LoadWorker& worker, LoadUser& user, const Effect& effect) {
  const std::lock_guard lock(mutex_);
  effect(user);
  user.uncertain = false;
  ++worker.acknowledged;
  changed_.notify_all();
}

}  // namespace dirbridge::e2e
