// Handing over leads, against a Jira that behaves and one that does not.
#include "jira/leads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_jira.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Fault = FakeJira::Fault;

class LeadsTest : public testing::Test {
 protected:
  LeadsTest() {
    jira_.add_user("leaver", "JIRAUSER100");
    jira_.add_user("colleague", "JIRAUSER101");
    jira_.add_user("boss", "JIRAUSER102");
    jira_.add_user("expert", "JIRAUSER103");
    jira_.add_project("ABC",
                      {"leaver", false, false, {{"web", {"1", "leaver"}}, {"db", {"2", "colleague"}}}});
    jira_.add_project("OTHER", {"colleague", false, false, {{"web", {"3", ""}}}});
  }

  jira::Leads leads(jira::Successors successors = {"boss", "expert"},
                    const std::string& token = FakeJira::token) {
    return jira::Leads({jira_.url(), Secret(token), ""}, std::move(successors));
  }
  Error refused(const jira::Successors& successors = {"boss", "expert"}) {
    auto all = leads(successors);
    const auto done = all.hand_over("leaver", deadline_in(std::chrono::milliseconds(700)));
    return done ? Error{} : done.error();
  }

  FakeJira jira_;
};

TEST_F(LeadsTest, R20_ProjectsAndComponentsGoToTheSuccessorsAndNothingElseChanges) {
  auto all = leads();
  const auto done = all.hand_over("leaver", soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->projects, 1U);
  EXPECT_EQ(done->components, 1U);
  const auto project = jira_.project("ABC");
  EXPECT_EQ(project.lead, "boss");
  EXPECT_EQ(project.components.at("web").lead, "expert");
  EXPECT_EQ(project.components.at("db").lead, "colleague");
  EXPECT_EQ(jira_.project("OTHER").lead, "colleague");
  EXPECT_EQ(jira_.project("OTHER").components.at("web").lead, "");
}

TEST_F(LeadsTest, AreMovedOnce) {
  auto all = leads();
  ASSERT_TRUE(all.hand_over("leaver", soon()));
  const auto again = all.hand_over("leaver", soon());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->projects + again->components, 0U);
}

TEST_F(LeadsTest, OfSeveralWhoLeaveAreReadOnce) {
  auto all = leads();
  ASSERT_TRUE(all.hand_over("leaver", soon()));
  const auto before = jira_.requests().size();
  ASSERT_TRUE(all.hand_over("colleague", soon()));
  EXPECT_EQ(jira_.project("OTHER").lead, "boss");
  EXPECT_EQ(jira_.project("ABC").components.at("db").lead, "expert");
  auto since = jira_.requests();
  since.erase(since.begin(), since.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_THAT(since, Not(Contains(HasSubstr("/project?"))));
}

TEST_F(LeadsTest, WithoutASuccessorStay) {
  auto all = leads({"boss", ""});
  ASSERT_TRUE(all.hand_over("leaver", soon()));
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
  EXPECT_EQ(jira_.project("ABC").components.at("web").lead, "leaver");
  EXPECT_THAT(jira_.requests(), Not(Contains(HasSubstr("/components"))));
}

TEST_F(LeadsTest, OfWhomJiraDoesNotKnowAreNone) {
  auto all = leads();
  const auto done = all.hand_over("nobody & co?", soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->projects, 0U);
  EXPECT_THAT(jira_.requests(), ElementsAre("GET /rest/api/2/user?username=nobody%20%26%20co%3F"));
}

TEST_F(LeadsTest, OfArchivedProjectsStayAndAreReported) {
  jira_.add_project("OLD", {"leaver", true, false, {{"ui", {"9", "leaver"}}}});
  auto all = leads();
  const auto done = all.hand_over("leaver", soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->projects, 1U);
  EXPECT_THAT(done->archived, ElementsAre("project OLD", "component ui of project OLD"));
}

TEST_F(LeadsTest, OfHiddenProjectsAreNotSeen) {
  jira_.add_project("SECRET", {"leaver", false, true, {}});
  auto all = leads();
  ASSERT_TRUE(all.hand_over("leaver", soon()));
  EXPECT_EQ(jira_.project("SECRET").lead, "leaver");
}

TEST_F(LeadsTest, ThatCannotBeMovedDoNotKeepOthersFromMoving) {
  jira_.add_project("AAA", {"leaver", false, false, {}});
  jira_.refuse_changes_of("AAA");
  const auto e = refused();
  EXPECT_EQ(e.kind, ErrorKind::Refused);
  EXPECT_THAT(e.detail, HasSubstr("project AAA"));
  EXPECT_THAT(e.detail, HasSubstr("valid project lead"));
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
  EXPECT_EQ(jira_.project("ABC").components.at("web").lead, "expert");
}

TEST_F(LeadsTest, NeedASuccessorWhomJiraKnowsAndWhoStays) {
  EXPECT_THAT(refused({"ghost", ""}).detail, HasSubstr("Jira does not know ghost"));
  EXPECT_THAT(refused({"leaver", ""}).detail, HasSubstr("leaver is the one who leaves"));
  EXPECT_EQ(jira_.project("ABC").lead, "leaver");
}

TEST_F(LeadsTest, SurviveARateLimitAndAShortOutage) {
  jira_.fail_next(Fault::Unavailable, 2);
  jira_.fail_next(Fault::RateLimit);
  auto all = leads();
  const auto done = all.hand_over("leaver", soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(jira_.project("ABC").lead, "boss");
}

TEST_F(LeadsTest, FailInTimeWhenJiraIsAway) {
  jira_.fail_next(Fault::Unavailable, 50);
  EXPECT_EQ(refused().kind, ErrorKind::Unavailable);
}

TEST_F(LeadsTest, FailInTimeWhenJiraIsSilent) {
  jira_.fail_next(Fault::Silence);
  EXPECT_EQ(refused().kind, ErrorKind::Timeout);
}

TEST_F(LeadsTest, FailWhenNothingListens) {
  jira_.stop();
  EXPECT_EQ(refused().kind, ErrorKind::Unavailable);
}

TEST_F(LeadsTest, FailWithTheReasonWhenJiraRefusesTheToken) {
  auto all = leads({"boss", "expert"}, "wrong-token");
  const auto done = all.hand_over("leaver", soon());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unauthorized);
  EXPECT_THAT(done.error().detail, Not(HasSubstr("wrong-token")));
  EXPECT_EQ(jira_.requests().size(), 1U) << "a wrong token is not tried again: Jira would lock its owner out";
}

TEST_F(LeadsTest, FailWithTheReasonWhenJiraWantsACaptchaOrMoreRights) {
  jira_.fail_next(Fault::Captcha);
  EXPECT_THAT(refused().detail, HasSubstr("CAPTCHA"));
  jira_.fail_next(Fault::NoRights);
  EXPECT_THAT(refused().detail, HasSubstr("cannot edit the configuration"));
}

TEST_F(LeadsTest, FailWhenTheAnswerIsNoJira) {
  jira_.fail_next(Fault::NotJson);
  EXPECT_THAT(refused().detail, HasSubstr("not JSON"));
}

}  // namespace
}  // namespace dirbridge::test
