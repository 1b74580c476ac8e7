// People who leave hand over what they lead in Jira, before the products stop seeing them.
#include <gmock/gmock.h>

#include "e2e/steps.hpp"
#include "support/fake_jira.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Handover : public testing::Test {
 protected:
  Handover() {
    for (const auto* name : {"ann", "boss", "expert"}) jira_.add_user(name, std::string("KEY-") + name);
    jira_.add_project("ABC", {"ann", false, false, {{"web", {"1", "ann"}}}});
    setenv("JIRA_TOKEN_OF_TEST", test::FakeJira::token, 1);
    const auto site = [&](const std::string& name, const std::string& when_away) {
      return SiteOptions{name,
                         {{"handover",
                           {{"jira_url", jira_.url()},
                            {"token", {{"env", "JIRA_TOKEN_OF_TEST"}}},
                            {"project_lead", "boss"},
                            {"component_lead", "expert"},
                            {"timeout_ms", 500},
                            {"when_jira_is_away", when_away}}}},
                         {}};
    };
    bridge_ = std::make_unique<Bridge>(
        BridgeOptions{{site("hasty", "go_on"), site("patient", "wait")}, test::fast_slapd_options(), {}});
  }
  ~Handover() override { EXPECT_EQ(bridge_->stop(), 0); }

  std::vector<std::string> of_ann(const Site& site, const std::string& attribute) {
    return values(bridge_->directory(), site.user_dn("ann"), attribute);
  }
  static Answer disable(ScimClient& client, const std::string& id) {
    return client.patch("/Users/" + id, replace("active", false));
  }

  test::FakeJira jira_;
  std::unique_ptr<Bridge> bridge_;
};

TEST_F(Handover, R20_LeadsGoToTheSuccessorsBeforeTheUserIsHidden) {
  const auto& site = bridge_->site("hasty");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  expect_status(disable(client, ann), 200);
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
  EXPECT_EQ(jira_.project("ABC").components.at("web").lead, "expert");
  EXPECT_THAT(of_ann(site, "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(of_ann(site, "dirbridgeHandover"), IsEmpty());
  EXPECT_THAT(bridge_->log(), HasSubstr("leads_handed_over"));
  EXPECT_THAT(bridge_->log(), Not(HasSubstr(test::FakeJira::token)));
}

TEST_F(Handover, R20_WhenJiraIsAwayTheUserIsDisabledAndTheLeadsFollowLater) {
  const auto& site = bridge_->site("hasty");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  jira_.fail_next(test::FakeJira::Fault::Unavailable, 50);
  expect_status(disable(client, ann), 200);
  EXPECT_THAT(of_ann(site, "dirbridgeActive"), ElementsAre("FALSE"));
  EXPECT_THAT(of_ann(site, "dirbridgeHandover"), ElementsAre("ann"));
  EXPECT_EQ(jira_.project("ABC").lead, "ann");
  jira_.recover();
  bridge_->stop();
  bridge_->start();  // sweeps
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
  EXPECT_THAT(of_ann(site, "dirbridgeHandover"), IsEmpty());
}

TEST_F(Handover, R20_AConnectionThatWaitsDisablesNobodyWithoutJira) {
  const auto& site = bridge_->site("patient");
  auto client = site.client();
  const auto ann = create_user(client, "ann");
  jira_.fail_next(test::FakeJira::Fault::Captcha);
  const auto refused = disable(client, ann);
  EXPECT_EQ(refused.status, 503) << refused.body;
  EXPECT_THAT(of_ann(site, "dirbridgeActive"), ElementsAre("TRUE"));
  EXPECT_EQ(client.get("/Users/" + ann).json.at("active"), true);
  expect_status(disable(client, ann), 200);
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
  EXPECT_THAT(of_ann(site, "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(Handover, R20_DeletedUsersHandOverAsWell) {
  const auto& site = bridge_->site("hasty");
  auto client = site.client();
  expect_status(client.remove("/Users/" + create_user(client, "ann")), 204);
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
}

}  // namespace
}  // namespace dirbridge::e2e
