#pragma once
// A connection whose users lie in one unit, and which may move disabled ones to another (move_to).
#include "between.hpp"
#include "group_option_fixture.hpp"
#include "support/dn.hpp"

namespace dirbridge::test {

class MovingFixture : public GroupOption {
 protected:
  void SetUp() override {
    GroupOption::SetUp();
    for (const auto& unit : {staff(), left()})
      ldif("dn: " + unit + "\nchangetype: add\nobjectClass: organizationalUnit\n");
  }
  void TearDown() override {
    watched_.reset();
    GroupOption::TearDown();
  }

  std::string staff() { return "ou=staff," + server().user_base(); }
  std::string left() { return "ou=left," + server().user_base(); }
  std::string staff_dn(const std::string& name) { return "uid=" + name + "," + staff(); }
  std::string left_dn(const std::string& name) { return "uid=" + name + "," + left(); }

  // `watched_` works beside it, in the same process.
  void connect_moving(const TestConnection::Adjust& adjust = [](mapping::Rules& rules) { (void)rules; }) {
    watched_.reset();
    connect_with([&](mapping::Rules& rules) {
      rules.user_base = dn(staff());
      rules.disable.move_to = dn(left());
      adjust(rules);
    });
    watched_ = std::make_unique<WatchedConnection>(at());
  }
  provision::Resources& users() { return *watched_->users; }
  provision::Resources& groups() { return *watched_->groups; }

  static json::value replacing(const std::string& path, const std::string& value) {
    return json::parse(
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":")" +
        path + R"(","value":)" + value + "}]}");
  }
  static json::value user_named(const std::string& name) {
    return json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                       "\"}");
  }
  bool exists(const std::string& name) {
    return directory::read(at().pool, dn(name), {"1.1"}, soon()).value().has_value();
  }

  std::unique_ptr<WatchedConnection> watched_;
};

// For messages: "success", or the kind of the error and its detail.
template <class T>
std::string said(const Result<T>& result) {
  return result ? "success" : std::string(to_string(result.error().kind)) + ": " + result.error().detail;
}

}  // namespace dirbridge::test
