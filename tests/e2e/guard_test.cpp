// An identity provider that deactivates everybody, through the built program: the budget, the list of what
// waits, the audit and the history.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/text.hpp"
#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kUsers = 300;
constexpr int kBudget = 20;

BridgeOptions options() {
  const json::object limits{{"count", kBudget}, {"percent", 100}};
  const json::object guard{{"disables", limits}, {"member_removals", {{"count", 3}}}};
  const json::object groups{
      {"mapping", {{"Staff", {"jira-users"}}}}, {"on_the_fly", false}, {"on_rename", "follow"}};
  return {{{"okta", {{"guard", guard}}, {}},
           {"free", {{"guard", {{"enabled", false}}}}, {}},
           {"mapped", {{"guard", guard}, {"groups", groups}}, {}}},
          test::fast_slapd_options(),
          {}};
}

std::size_t count_lines(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (const auto line : split(text, '\n')) out += line.find(part) != std::string_view::npos ? 1 : 0;
  return out;
}

class Guard : public testing::Test {
 protected:
  Guard() : bridge_(options()), site_(bridge_.site("okta")), client_(site_.client()) {}

  static std::string name(int number) { return "user" + std::to_string(number); }
  std::vector<std::string> activity(int number) {
    return values(bridge_.directory(), site_.user_dn(name(number)), "dirbridgeActive");
  }
  int disabled(int users) {
    int out = 0;
    for (int i = 0; i < users; ++i) out += activity(i) == std::vector<std::string>{"FALSE"} ? 1 : 0;
    return out;
  }
  void deactivate(const std::string& id) {
    expect_status(client_.patch("/Users/" + id, replace("active", false)), 200);
  }
  std::string metric(const std::string& line) {
    const auto client = http::make_client({});
    const auto answer = client->send({"GET", bridge_.admin_url() + "/metrics", {}, {}},
                                     deadline_in(std::chrono::seconds(10)));
    return answer && answer->body.find(line) != std::string::npos ? line : answer->body;
  }

  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
};

TEST_F(Guard, AnIdentityProviderThatDeactivatesAllDisablesTwenty) {
  std::vector<std::string> ids;
  for (int i = 0; i < kUsers; ++i) ids.push_back(create_user(client_, name(i)));
  const auto devs = create_group(client_, "devs", {ids[0]});
  for (int i = 0; i < kUsers / 2; ++i) deactivate(ids[static_cast<std::size_t>(i)]);
  EXPECT_EQ(disabled(kUsers), kBudget);
  EXPECT_EQ(metric("dirbridge_removals_total{connection=\"okta\",decision=\"held\",removal=\"disable\"} 130"),
            "dirbridge_removals_total{connection=\"okta\",decision=\"held\",removal=\"disable\"} 130");
  EXPECT_EQ(count_lines(bridge_.log(), "removals_held"), 1U) << "once per window";

  ASSERT_EQ(bridge_.stop(), 0);
  bridge_.start();
  client_ = site_.client();
  for (int i = kUsers / 2; i < kUsers; ++i) deactivate(ids[static_cast<std::size_t>(i)]);
  EXPECT_EQ(disabled(kUsers), kBudget) << "a restart gives no new budget";
  std::string newcomer = create_user(client_, "newcomer");
  expect_success(client_.patch("/Groups/" + devs, add_members({newcomer, ids[250]})));
  EXPECT_THAT(member_ids(client_, devs), SizeIs(3));
  for (const auto& id : ids) EXPECT_EQ(client_.get("/Users/" + id).json.at("active"), json::value(false));

  const auto list = bridge_.run_with_config({"held", "list"});
  EXPECT_EQ(count_lines(list, "disable"), 280U);
  EXPECT_THAT(list, HasSubstr(ids[299]));
  EXPECT_THAT(list, Not(HasSubstr("unknown"))) << "the cause is in the audit";
  EXPECT_EQ(count_lines(bridge_.run_with_config({"held", "approve", "--id", ids[299]}), "approved"), 1U);
  EXPECT_EQ(disabled(kUsers), kBudget + 1);
  EXPECT_EQ(count_lines(bridge_.run_with_config({"held", "reject", "--id", ids[298]}), "rejected"), 1U);
  EXPECT_EQ(
      count_lines(bridge_.run_with_config({"held", "approve", "--all", "--connection", "okta"}), "approved"),
      278U);
  EXPECT_EQ(disabled(kUsers), kUsers - 1);
  EXPECT_THAT(activity(298), ElementsAre("TRUE"));
  const auto before = dump(bridge_.directory(), site_.user_base);
  EXPECT_THAT(bridge_.run_with_config({"held", "approve", "--all"}), HasSubstr("Nothing waits"));
  EXPECT_EQ(dump(bridge_.directory(), site_.user_base), before) << "a second approve does nothing";
  EXPECT_THROW(bridge_.run_with_config({"held", "approve", "--id", ids[298]}), std::runtime_error);
  EXPECT_THROW(bridge_.run_with_config({"held", "approve"}), std::runtime_error) << "which one?";
}

TEST_F(Guard, ACrashGivesNoNewBudget) {
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) ids.push_back(create_user(client_, name(i)));
  for (int i = 0; i < 20; ++i) deactivate(ids[static_cast<std::size_t>(i)]);
  std::this_thread::sleep_for(std::chrono::seconds(4));
  bridge_.kill_hard();
  bridge_.start();
  client_ = site_.client();
  for (int i = 20; i < 30; ++i) deactivate(ids[static_cast<std::size_t>(i)]);
  EXPECT_EQ(disabled(30), kBudget);
}

TEST_F(Guard, WithoutOneEverythingGoes) {
  const auto& site = bridge_.site("free");
  auto client = site.client();
  for (int i = 0; i < 30; ++i) {
    const auto id = create_user(client, name(i));
    expect_status(client.patch("/Users/" + id, replace("active", false)), 200);
    EXPECT_THAT(values(bridge_.directory(), site.user_dn(name(i)), "dirbridgeActive"), ElementsAre("FALSE"));
  }
}

TEST_F(Guard, ARenameThatEmptiesADirectoryGroupWaits) {
  const auto& site = bridge_.site("mapped");
  auto client = site.client();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(create_user(client, name(i)));
  const auto staff = create_group(client, "Staff", ids);
  expect_success(client.patch("/Groups/" + staff, replace("displayName", "Everybody")));
  EXPECT_EQ(client.get("/Groups/" + staff).text("displayName"), "Everybody");
  EXPECT_THAT(values(bridge_.directory(), site.group_dn("jira-users"), "member"), SizeIs(5));
  const auto list = bridge_.run_with_config({"held", "list", "--connection", "mapped"});
  EXPECT_THAT(list, HasSubstr("jira-users: 5 members"));
  EXPECT_THAT(list, HasSubstr(site.user_dn(name(4)).str()));
  EXPECT_THAT(list, Not(HasSubstr("unknown"))) << "the cause is in the audit";
  EXPECT_THAT(bridge_.run_with_config({"history", name(4)}), HasSubstr("by the guard"));
  EXPECT_THAT(bridge_.run_with_config({"plan", "mapped"}), HasSubstr("0 changes"));
  EXPECT_EQ(count_lines(bridge_.run_with_config({"held", "approve", "--all", "--connection", "mapped"}),
                        "approved"),
            1U);
  EXPECT_THAT(values(bridge_.directory(), site.group_dn("jira-users"), "member"),
              ElementsAre("cn=dirbridge-placeholder"));
  EXPECT_THAT(bridge_.run_with_config({"held", "list"}), HasSubstr("Nothing waits"));
}

// What one decision settles is not there any more when its own turn comes.
TEST_F(Guard, EverythingIsDecidedAtOnceThoughOneDecisionSettlesAnother) {
  const auto& site = bridge_.site("mapped");
  auto client = site.client();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(create_user(client, name(i)));
  const auto staff = create_group(client, "Staff", ids);
  expect_success(client.patch("/Groups/" + staff, replace("members", json::array())));
  expect_success(client.remove("/Groups/" + staff));
  const auto list = bridge_.run_with_config({"held", "list", "--connection", "mapped"});
  EXPECT_EQ(count_lines(list, "Staff"), 2U) << list;
  EXPECT_EQ(count_lines(bridge_.run_with_config({"held", "approve", "--all"}), "approved"), 2U);
  EXPECT_THAT(bridge_.run_with_config({"held", "list"}), HasSubstr("Nothing waits"));
  EXPECT_THAT(values(bridge_.directory(), site.group_dn("jira-users"), "member"),
              ElementsAre("cn=dirbridge-placeholder"));
}

TEST_F(Guard, HistorySaysWhyAndWho) {
  const auto ann = create_user(client_, "ann");
  const auto ben = create_user(client_, "ben");
  const auto devs = create_group(client_, "devs", {ann, ben});
  http::Headers headers;
  headers.set("X-Request-Id", "who-did-it");
  const auto message = json::serialize(patch_message(replace("active", false)));
  ASSERT_TRUE(
      client_.try_send("PATCH", "/Users/" + ann, headers, message, deadline_in(std::chrono::seconds(10))));
  expect_status(client_.patch("/Users/" + ann, replace("userName", "anna")), 200);

  const auto history = bridge_.run_with_config({"history", "anna"});
  EXPECT_THAT(history, HasSubstr("disabled"));
  EXPECT_THAT(history, HasSubstr("in devs"));
  EXPECT_THAT(history, HasSubstr("connection okta"));
  EXPECT_THAT(history, HasSubstr("created, POST /Users"));
  EXPECT_THAT(history, HasSubstr("renamed from ann to anna"));
  EXPECT_THAT(history, HasSubstr("added to the new group devs"));
  EXPECT_EQ(count_lines(history, "[who-did-it]"), 1U);
  EXPECT_THAT(bridge_.run_with_config({"history", ann}), HasSubstr("anna"));
  EXPECT_THAT(bridge_.run_with_config({"history", "devs"}), HasSubstr("created, POST /Groups"));
  EXPECT_THROW(bridge_.run_with_config({"history", "nobody"}), std::runtime_error);

  expect_status(client_.remove("/Users/" + ben), 204);
  EXPECT_THAT(bridge_.run_with_config({"history", "ben"}), HasSubstr("DELETE /Users"));
}

TEST_F(Guard, TheAuditCanBeMadeAgainAndHasNoSecrets) {
  const auto secret = std::string("hunter2-hunter2");
  const auto ann = create_user(client_, "ann", {{"password", secret}});
  const auto devs = create_group(client_, "devs", {ann});
  expect_status(client_.patch("/Users/" + ann, replace("title", "Boss")), 200);
  expect_status(client_.patch("/Users/" + ann, replace("userName", "anna")), 200);
  const auto text = bridge_.run_with_config({"audit", "--connection", "okta"});
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_EQ(count_lines(text, "\"verb\":\"add\""), 2U);
  EXPECT_THAT(text, HasSubstr(R"("attribute":"title")"));
  EXPECT_THAT(bridge_.run_with_config({"audit", "--since", "2999"}), IsEmpty());
  EXPECT_THROW(bridge_.run_with_config({"audit", "--since", "yesterday"}), std::runtime_error);

  // Made again in a directory without them, they give the same entries.
  const auto before = values(bridge_.directory(), site_.user_dn("anna"), "title");
  const auto members = values(bridge_.directory(), site_.group_dn("devs"), "member");
  const auto ldif = bridge_.run_with_config({"audit", "--connection", "okta", "--ldif"});
  for (const auto& dn : {site_.user_dn("anna"), site_.group_dn("devs")})
    ASSERT_TRUE(bridge_.directory().apply({directory::Delete{dn}, "test"}, {},
                                          deadline_in(std::chrono::seconds(10))));
  const auto made = test::ldap_modify(bridge_.slapd(), test::As::Admin, ldif);
  EXPECT_EQ(made.exit_code, 0) << made.output;
  EXPECT_EQ(values(bridge_.directory(), site_.user_dn("anna"), "title"), before);
  EXPECT_EQ(values(bridge_.directory(), site_.group_dn("devs"), "member"), members);
}

}  // namespace
}  // namespace dirbridge::e2e
