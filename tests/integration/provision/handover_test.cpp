// Jira takes its time, and nobody waits for it but who leaves: while it is asked, others come, get other
// names and are put into groups, and what they do counts.
#include <gmock/gmock.h>

#include <utility>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;

class Asked final : public provision::Handover {
 public:
  Result<> hand_over(std::string_view login, Deadline) override {
    names.emplace_back(login);
    if (auto act = std::exchange(meanwhile, nullptr)) act();
    if (away) return error(ErrorKind::Unavailable, "Jira is away");
    return {};
  }
  std::vector<std::string> names;
  std::function<void()> meanwhile;  // what others do while Jira is asked, once
  bool away = false;
};

class HandoverTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    open([](mapping::UserOptions&) {});
  }
  void TearDown() override {
    own_.reset();
    ConnectionFixture::TearDown();
  }
  void open(const std::function<void(mapping::UserOptions&)>& options) {
    own_ = std::make_unique<TestConnection>(
        server(), "okta", [&](mapping::Rules& rules) { options(rules.user_options); }, &asked_);
  }
  TestConnection& own() { return *own_; }

  static std::string said(const std::optional<Error>& e) { return e ? e->detail : std::string(); }
  template <class T>
  static std::optional<Error> failure(const Result<T>& done) {
    return done ? std::nullopt : std::optional(done.error());
  }

  Result<json::object> try_add(const std::string& name, bool active = true) {
    return own().users->create(
        json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                     {"userName", name},
                     {"active", active}},
        soon());
  }
  std::string add(const std::string& name) {
    const auto made = try_add(name);
    EXPECT_TRUE(made) << said(failure(made));
    return made ? id_of(*made) : std::string();
  }
  std::string add_team(const std::string& name, const std::string& member) {
    const auto made = own().groups->create(
        json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                     {"displayName", name},
                     {"members", json::array{json::object{{"value", member}}}}},
        soon());
    return said(failure(made));
  }
  std::optional<Error> patch(const std::string& id, const std::string& value) {
    return failure(own().users->patch(
        id,
        json::parse(R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":)"
                    R"("replace","value":)" +
                    value + "}]}"),
        {}, Members::Leave, soon()));
  }
  std::optional<Error> put_inactive(const std::string& id, const std::string& name) {
    return failure(own().users->replace(
        id,
        json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                     {"userName", name},
                     {"active", false}},
        {}, soon()));
  }

  Asked asked_;

 private:
  std::unique_ptr<TestConnection> own_;
};

constexpr const char* inactive = R"({"active":false})";

TEST_F(HandoverTest, F_NothingIsLockedWhileJiraIsAsked) {
  const auto other = add("other");
  using Leave = std::function<std::optional<Error>(const std::string& id)>;
  const std::pair<const char*, Leave> leaves[] = {
      {"patch", [&](const auto& id) { return patch(id, R"({"active":false,"userName":"changed1"})"); }},
      {"put", [&](const auto& id) { return put_inactive(id, "changed2"); }},
      {"delete", [&](const auto& id) { return failure(own().users->remove(id, {}, soon())); }}};
  for (const auto& [how, leave] : leaves) {
    const auto id = add(std::string("leaver-") + how);
    std::vector<std::string> refused;
    asked_.meanwhile = [&, how = std::string(how)] {
      refused = {said(failure(try_add("newcomer-" + how))),
                 said(patch(other, R"({"userName":"other-)" + how + "\"}")), add_team("team-" + how, id)};
    };
    EXPECT_EQ(said(leave(id)), "") << how;
    EXPECT_THAT(refused, ElementsAre("", "", "")) << how;
  }
  EXPECT_THAT(asked_.names, ElementsAre("leaver-patch", "leaver-put", "leaver-delete")) << "once for each";
}

TEST_F(HandoverTest, F_WhatIsHandedOverIsDecidedAgainAfterwards) {
  const auto renamed = add("ann");
  asked_.meanwhile = [&] { EXPECT_EQ(said(patch(renamed, R"({"userName":"anne"})")), ""); };
  EXPECT_EQ(said(patch(renamed, inactive)), "");
  EXPECT_THAT(asked_.names, ElementsAre("ann", "anne")) << "she leads under another name by now";
  EXPECT_THAT(values(user_dn("anne"), "dirbridgeActive"), ElementsAre("FALSE"));
  const auto gone = add("bob");
  asked_.meanwhile = [&] { EXPECT_TRUE(own().users->remove(gone, {}, soon())); };
  const auto refused = patch(gone, inactive);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->kind, ErrorKind::NotFound);
}

TEST_F(HandoverTest, F_WhoIsTakenUpDisabledHandsOverBeforeAnythingIsWritten) {
  ASSERT_EQ(ldap_add(server(), As::Admin,
                     "dn: " + user_dn("ann") + "\nobjectClass: inetOrgPerson\nuid: ann\ncn: ann\nsn: ann\n")
                .exit_code,
            0);
  open([](mapping::UserOptions& options) {
    options.adopt = {mapping::MatchBy::UserName};
    options.handover_failure = mapping::HandoverFailure::Wait;
  });
  asked_.away = true;
  asked_.meanwhile = [&] {
    EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), IsEmpty());
    add("newcomer");
  };
  EXPECT_EQ(try_add("ann", false).error().kind, ErrorKind::Busy);
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeId"), IsEmpty());
  asked_.away = false;
  EXPECT_TRUE(try_add("ann", false));
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(asked_.names, ElementsAre("ann", "ann"));
}

}  // namespace
}  // namespace dirbridge::test
