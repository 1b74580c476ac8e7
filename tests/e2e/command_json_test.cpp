// Commands about a connection, as another program reads them (--json), with and without a bridge that runs.
#include <gmock/gmock.h>

#include "base/json_access.hpp"
#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json::object connection(const json::object& more) {
  json::object out{{"guard", {{"disables", {{"count", 1}, {"percent", 100}}}}}};
  for (const auto& member : more) out[member.key()] = member.value();
  return out;
}

BridgeOptions options(const json::object& more) {
  return {{{"idp", connection(more), {}}}, test::fast_slapd_options(), {}};
}

class CommandJson : public testing::Test {
 protected:
  CommandJson() : bridge_(options({})), site_(bridge_.site("idp")), client_(site_.client()) {}

  void reconfigure(const json::object& more) {
    EXPECT_EQ(bridge_.stop(), 0);
    bridge_.configure(options(more));
    bridge_.start();
  }
  void disable(const std::string& id) {
    expect_status(client_.patch("/Users/" + id, replace("active", false)), 200);
  }
  // Makes somebody who waits to be disabled, once the budget is spent.
  std::string held(const std::string& name) {
    auto id = create_user(client_, name);
    disable(id);
    return id;
  }
  bool is_disabled(const std::string& name) {
    return values(bridge_.directory(), site_.user_dn(name), "dirbridgeActive") ==
           std::vector<std::string>{"FALSE"};
  }
  static std::string text(const json::value& value) { return std::string(value.as_string()); }
  // Those of a list whose member is so.
  static std::vector<json::object> with(const json::value& list, std::string_view key,
                                        std::string_view value) {
    std::vector<json::object> out;
    for (const auto& item : list.as_array())
      if (text_at(item.as_object(), key) == value) out.push_back(item.as_object());
    return out;
  }

  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
};

TEST_F(CommandJson, PlanAndApplySayWhatIsTakenAway) {
  create_group(client_, "Developers", {create_user(client_, "ann"), create_user(client_, "ben")});
  reconfigure({{"groups", {{"mapping", {{"Developers", {"jira-users"}}}}}}});
  const auto plan = bridge_.ask({"plan", "idp"});
  EXPECT_EQ(plan.exit_code, 0) << plan.said;
  EXPECT_THAT(plan.said, IsEmpty());
  EXPECT_EQ(plan.document.at("connection"), "idp");
  EXPECT_EQ(plan.document.at("users"), 2);
  EXPECT_EQ(plan.document.at("groups"), 1);
  const json::value losses{{"memberships", 2}, {"people", 0}, {"groups", 0}};
  EXPECT_EQ(plan.document.at("losses"), losses);
  EXPECT_EQ(plan.document.at("failures"), json::array());
  const auto added = with(plan.document.at("changes"), "dn", site_.group_dn("jira-users").str());
  ASSERT_THAT(added, Not(IsEmpty()));
  EXPECT_EQ(added[0].at("verb"), "add");
  EXPECT_TRUE(added[0].at("attributes").as_object().contains("member"));
  EXPECT_THAT(text(added[0].at("reason")), Not(IsEmpty()));

  const auto refused = bridge_.ask({"apply", "idp"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.said, HasSubstr("say --yes"));
  EXPECT_EQ(refused.document.at("confirmed"), json::value(false));
  EXPECT_EQ(refused.document.at("losses"), losses);
  EXPECT_FALSE(refused.document.contains("changed"));
  EXPECT_THAT(values(bridge_.directory(), site_.group_dn("Developers"), "member"), testing::SizeIs(2));

  const auto applied = bridge_.ask({"apply", "idp", "--yes"});
  EXPECT_EQ(applied.exit_code, 0) << applied.said;
  EXPECT_EQ(applied.document.at("confirmed"), json::value(true));
  EXPECT_EQ(applied.document.at("users"), 2);
  EXPECT_EQ(applied.document.at("groups"), 1);
  EXPECT_EQ(applied.document.at("changed"), 1);
  EXPECT_EQ(applied.document.at("failures"), json::array());
  EXPECT_THAT(values(bridge_.directory(), site_.group_dn("jira-users"), "member"), testing::SizeIs(2));
  EXPECT_EQ(bridge_.ask({"plan", "idp"}).document.at("changes"), json::array());
}

TEST_F(CommandJson, PlanSaysWhatIsLeftAsItIs) {
  create_user(client_, "ann@example.org");
  ASSERT_EQ(test::ldap_add(bridge_.slapd(), test::As::Admin,
                           "dn: " + site_.user_dn("ann").str() +
                               "\nobjectClass: inetOrgPerson\nuid: ann\ncn: Ann\nsn: Ann\n")
                .exit_code,
            0);
  reconfigure(
      {{"users", {{"name_rules", json::array{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}}}}}});
  const auto plan = bridge_.ask({"plan", "idp"});
  EXPECT_EQ(plan.exit_code, 0);
  const auto& left = plan.document.at("left").as_array();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(text(left[0].at("dn")), site_.user_dn("ann@example.org").str());
  EXPECT_EQ(left[0].at("field"), "userName");
  EXPECT_THAT(text(left[0].at("reason")), HasSubstr("has the name"));
  EXPECT_THAT(plan.said, HasSubstr("userName left as it is"));
}

TEST_F(CommandJson, WhatWaitsIsListedAndDecided) {
  held("spends-the-budget");
  const auto ann = held("ann");
  held("ben");
  const auto list = bridge_.ask({"held", "list"});
  EXPECT_EQ(list.exit_code, 0) << list.said;
  EXPECT_EQ(list.document.at("held").as_array().size(), 2U);
  const auto waits = with(list.document.at("held"), "id", ann);
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].at("connection"), "idp");
  EXPECT_EQ(waits[0].at("removal"), "disable");
  EXPECT_EQ(waits[0].at("name"), "ann");
  EXPECT_EQ(text(waits[0].at("dn")), site_.user_dn("ann").str());
  EXPECT_EQ(waits[0].at("members"), json::array());
  EXPECT_THAT(text(waits[0].at("since")), HasSubstr("T"));
  EXPECT_THAT(text(waits[0].at("cause")), Not(IsEmpty())) << "from the audit";

  const auto approved = bridge_.ask({"held", "approve", "--id", ann});
  EXPECT_EQ(approved.exit_code, 0) << approved.said;
  EXPECT_EQ(approved.document.at("decision"), "approve");
  const auto& decided = approved.document.at("decided").as_array();
  ASSERT_EQ(decided.size(), 1U);
  EXPECT_EQ(text(decided[0].at("id")), ann);
  EXPECT_EQ(decided[0].at("connection"), "idp");
  EXPECT_EQ(decided[0].at("outcome"), "done");
  EXPECT_TRUE(is_disabled("ann")) << "by the bridge";

  ASSERT_EQ(bridge_.stop(), 0);
  const auto rejected = bridge_.ask({"held", "reject", "--all"});
  EXPECT_EQ(rejected.exit_code, 0) << rejected.said;
  EXPECT_EQ(rejected.document.at("decision"), "reject");
  EXPECT_EQ(rejected.document.at("decided").at(0).at("name"), "ben");
  EXPECT_FALSE(is_disabled("ben"));
  EXPECT_EQ(bridge_.ask({"held", "list"}).document.at("held"), json::array());
  const auto nothing = bridge_.ask({"held", "approve", "--id", ann});
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_EQ(nothing.document.at("decided"), json::array());
}

TEST_F(CommandJson, HistorySaysWhatGrantsAndWhatHappened) {
  const auto ann = create_user(client_, "ann");
  create_group(client_, "devs", {ann});
  disable(ann);
  const auto history = bridge_.ask({"history", "ann"});
  EXPECT_EQ(history.exit_code, 0) << history.said;
  EXPECT_EQ(history.document.at("name"), "ann");
  const auto& subjects = history.document.at("subjects").as_array();
  ASSERT_EQ(subjects.size(), 1U);
  const auto& now = subjects[0].as_object();
  EXPECT_EQ(now.at("type"), "user");
  EXPECT_EQ(text(now.at("id")), ann);
  EXPECT_EQ(text(now.at("dn")), site_.user_dn("ann").str());
  EXPECT_EQ(now.at("connection"), "idp");
  EXPECT_EQ(now.at("user_name"), "ann");
  EXPECT_EQ(now.at("activity"), "disabled");
  const auto& membership = now.at("memberships").at(0);
  EXPECT_EQ(membership.at("group"), "devs");
  EXPECT_EQ(text(membership.at("dn")), site_.group_dn("devs").str());
  EXPECT_EQ(membership.at("grants").at(0),
            (json::object{{"by", "source_group_or_hand"}, {"connection", "idp"}, {"group", "devs"}}));
  std::vector<std::string> deeds;
  for (const auto& event : history.document.at("events").as_array())
    for (const auto& deed : event.at("deeds").as_array()) deeds.push_back(text(deed.at("kind")));
  EXPECT_THAT(deeds, testing::IsSupersetOf({"created", "added_to_new_group", "disabled"}));
  const auto nobody = bridge_.ask({"history", "nobody"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_EQ(nobody.document.at("subjects"), json::array());
  EXPECT_EQ(nobody.document.at("events"), json::array());
}

TEST_F(CommandJson, AuditHealthAndNames) {
  create_user(client_, "Ann@example.org");
  const auto audit = bridge_.ask({"audit", "--connection", "idp"});
  EXPECT_EQ(audit.exit_code, 0) << audit.said;
  ASSERT_EQ(with(audit.document.at("lines"), "verb", "add").size(), 1U);
  EXPECT_EQ(text(with(audit.document.at("lines"), "verb", "add")[0].at("dn")),
            site_.user_dn("Ann@example.org").str());

  const auto ready = bridge_.ask({"healthcheck"});
  EXPECT_EQ(ready.exit_code, 0) << ready.said;
  EXPECT_EQ(ready.document.at("good"), json::value(true));
  EXPECT_EQ(ready.document.at("answer").at("status"), "ready");
  EXPECT_TRUE(ready.document.at("answer").as_object().contains("directories"));
  EXPECT_EQ(bridge_.ask({"healthcheck", "--alive"}).document.at("answer").at("status"), "alive");

  const auto tried = bridge_.ask({"try-regex", "idp", "--case", "lower"});
  EXPECT_EQ(tried.exit_code, 0) << tried.said;
  EXPECT_EQ(tried.document.at("names").at(0).at("login"), "ann@example.org");
  EXPECT_EQ(tried.document.at("changed"), 1);
}

}  // namespace
}  // namespace dirbridge::e2e
