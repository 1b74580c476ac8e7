#pragma once
// How far the servers are: the newest change that each replica ID has made, as OpenLDAP's contextCSN tells.
// What one server has shown must be there on another before that one is believed. Thread-safe.
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::ldap {

class ReplicaState {
 public:
  // Values of contextCSN of the server in use.
  void saw(const std::vector<std::string>& values);
  // The first change that a server with these values does not have; empty: it has all, or says nothing of it.
  std::string missing_in(const std::vector<std::string>& values) const;
  // From now on this is all that is expected.
  void settle_for(const std::vector<std::string>& values);

 private:
  using Newest = std::map<std::string, std::string, std::less<>>;  // by replica ID
  static void take(Newest& newest, const std::vector<std::string>& values);

  mutable std::mutex mutex_;
  Newest newest_;
};

}  // namespace dirbridge::ldap
