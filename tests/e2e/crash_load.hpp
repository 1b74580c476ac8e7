#pragma once
// A load that remembers what was acknowledged. Workers create users, change, rename and delete them and move
// them in and out of groups. A worker whose request gets no answer, or an answer of the 5xx kind, parks;
// resume() makes it send the same request again. While all workers are parked, or after stop(), the model may
// be read.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "e2e/bridge.hpp"

namespace dirbridge::e2e {

struct LoadUser {
  std::string external_id;
  std::string id;        // empty: the creation was not acknowledged yet
  std::string uid;       // as acknowledged last
  std::string next_uid;  // the one asked for; the same when no rename is under way
  std::string display;
  bool exists = false;
  bool in_everyone = false;
  bool in_own = false;
  bool uncertain = true;  // a request about this user has no answer yet
};

struct LoadWorker {
  std::string group;  // cn of the worker's own group
  std::string group_id;
  std::deque<LoadUser> users;
  std::size_t acknowledged = 0;
};

class Load {
 public:
  static constexpr const char* everyone = "everyone";  // the group that all workers share

  Load(const Site& site, std::size_t workers);  // makes the groups
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void start();
  bool wait_for_acknowledged(std::size_t more, Deadline deadline);
  bool wait_until_parked(Deadline deadline);
  void resume();
  void stop();  // each worker finishes the user it is at

  const std::vector<LoadWorker>& workers() const { return workers_; }
  std::size_t acknowledged() const;
  const std::vector<std::string>& unexpected() const {
    return unexpected_;
  }  // answers that no crash explains

 private:
  using Effect = std::function<void(LoadUser&)>;  // on the model, once the answer is there

  void run(LoadWorker& worker);
  void one_user(ScimClient& client, LoadWorker& worker, std::size_t number);
  LoadUser& new_user(LoadWorker& worker, std::size_t number);
  void create(ScimClient& client, LoadWorker& worker, LoadUser& user);
  void patch(ScimClient& client, LoadWorker& worker, LoadUser& user, const std::string& path,
             const boost::json::value& operations, const Effect& effect);
  void remove(ScimClient& client, LoadWorker& worker, LoadUser& user);
  Answer insist(ScimClient& client, const std::string& method, const std::string& path,
                const std::string& body, bool& repeated);
  void park();
  void change(LoadUser& user, const Effect& effect);
  void acknowledge(LoadWorker& worker, LoadUser& user, const Effect& effect);
  bool stopping() const;

  const Site& site_;
  std::string everyone_id_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LoadWorker> workers_;
  std::vector<std::thread> threads_;
  std::vector<std::string> unexpected_;
  std::size_t busy_ = 0;  // workers neither parked nor finished
  std::size_t generation_ = 0;
  bool stopping_ = false;
};

}  // namespace dirbridge::e2e
