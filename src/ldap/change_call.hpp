#pragma once
// A change. Controls are sent where the session has them: assertion, permissive modify, post-read.
#include <optional>
#include <string>
#include <vector>

#include "directory/change.hpp"
#include "ldap/call.hpp"

namespace dirbridge::ldap {

class ChangeCall final : public Call {
 public:
  ChangeCall(const directory::Change& change, const std::vector<std::string>& read_back)
      : change_(change), read_back_(read_back) {}
  Verb verb() const override { return static_cast<Verb>(change_.operation.index()); }
  const std::string& subject() const override { return directory::target(change_).str(); }
  int start(const Session& session, int& id) override;
  bool take_result(const Session& session, ::ldapmsg* message) override;

  const directory::Change& change() const { return change_; }
  const std::vector<std::string>& read_back() const { return read_back_; }
  std::optional<directory::Entry>& entry() { return entry_; }

 private:
  const directory::Change& change_;
  const std::vector<std::string>& read_back_;
  std::optional<directory::Entry> entry_;
};

}  // namespace dirbridge::ldap
