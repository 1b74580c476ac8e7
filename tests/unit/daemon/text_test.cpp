// What people read of the values that commands answer with.
#include <gmock/gmock.h>

#include "daemon/commands/text/finding.hpp"
#include "daemon/commands/text/form.hpp"
#include "daemon/commands/text/held.hpp"
#include "daemon/commands/text/history.hpp"
#include "daemon/commands/text/plan.hpp"
#include "support/dn.hpp"

namespace dirbridge::daemon {
namespace {

using test::dn;
using testing::HasSubstr;

TEST(Text, AFindingIsOneLine) {
  using doctor::Check;
  using doctor::Verdict;
  EXPECT_EQ(to_text(doctor::Finding{Verdict::Problem, Check::Base, "main", "it is\nnot there", "add it"}),
            "problem  main: it is not there — add it");
  EXPECT_EQ(to_text(doctor::Finding{Verdict::Ok, Check::Base, "main", "it is there", ""}),
            "ok       main: it is there");
}

TEST(Text, TheFormHasBoxesAndMinutesAndNotProperties) {
  const std::vector<doctor::FormField> fields{
      {"Server settings", "Use SSL", "", "on", "true", ""},
      {"Server settings", "Additional user DN", "ldap.user.dn", "", "", "why"},
      {"Advanced settings", "Interval (minutes)", "interval", "60", "3600", ""}};
  EXPECT_EQ(to_text(fields),
            "Server settings\n  Use SSL: on\n  Additional user DN: (leave empty)\n      why\n\n"
            "Advanced settings\n  Interval (minutes): 60\n");
  EXPECT_EQ(properties_text(fields), "{\n  \"ldap.user.dn\": \"\",\n  \"interval\": \"3600\"\n}\n");
}

TEST(Text, LossesAreCounted) {
  EXPECT_EQ(in_words(operate::Losses{1, 2, 1}),
            "ends 1 membership, disables or deletes 2 users, deletes 1 directory group");
  EXPECT_EQ(in_words(operate::Losses{2, 0, 0}), "ends 2 memberships");
}

TEST(Text, APlanNamesChangesAndLosses) {
  using Op = directory::Modification::Op;
  operate::Plan plan{"site"};
  plan.changes = {
      {directory::Modify{dn("cn=devs"),
                         {{Op::Add, "member", {"a", "b", "c", "d", "e", "f"}}, {Op::Delete, "title", {}}},
                         true,
                         {}},
       "why"},
      {directory::Rename{dn("uid=ann,ou=x"), {"uid", "anna"}, dn("ou=y")}, "name"}};
  EXPECT_EQ(to_text(plan),
            "modify cn=devs  (why)\n    member + a, b, c, d, e and 1 more\n    title removed\n"
            "rename uid=ann,ou=x  (name)\n    to uid=anna,ou=y\n2 changes: 1 modify, 1 rename\n");
  plan.losses.people = 1;
  EXPECT_THAT(to_text(plan), HasSubstr("\nThis disables or deletes 1 user. Apply asks before"));
}

TEST(Text, DecisionsSayWhatBecameOfThem) {
  using operate::Decided;
  using operate::HeldDecision;
  Decided one{"okta", {sync::Removal::MemberRemoval, "1", "devs", dn("cn=devs"), {"uid=a", "uid=b"}, {}}};
  one.outcome = Decided::Outcome::Settled;
  EXPECT_EQ(to_text(one, HeldDecision::Approve),
            "approved: member removal devs: 2 members (with another one)");
  one = {"okta", {sync::Removal::Disable, "1", "ann", dn("uid=ann"), {}, {}}, Decided::Outcome::Done};
  EXPECT_EQ(to_text(one, HeldDecision::Reject), "rejected: disable ann");
  one.outcome = Decided::Outcome::Failed;
  one.detail = "no";
  EXPECT_EQ(to_text(one, HeldDecision::Reject), "not rejected: disable ann: no");
}

TEST(Text, AStateNamesEveryGrant) {
  using By = operate::Grant::By;
  operate::State ann{true, dn("uid=ann"), "okta", "42", "Ann"};
  ann.memberships = {{"devs",
                      dn("cn=devs"),
                      {{By::SourceGroup, "okta", "Devs", "D"},
                       {By::DefaultRule, "okta"},
                       {By::Guard, "okta"},
                       {By::HandBefore},
                       {By::SourceGroupOrHand, "okta", "Devs"},
                       {By::Hand},
                       {By::HeldRemoval}}}};
  EXPECT_EQ(
      to_text(ann),
      "user uid=ann\n  of connection okta, id 42\n  userName Ann\n  active\n  in devs (cn=devs): by the "
      "group \"Devs\" of connection okta, which the mapping knows as \"D\"; by a default group rule of "
      "connection okta; by the guard, which held back what would have ended it of connection okta; by "
      "hand, before the identity provider granted it; by the group \"Devs\" of connection okta, or by "
      "hand; by hand; removed by the identity provider, which waits for approval\n");
  operate::State group{false, dn("cn=devs")};
  group.sources = {{By::DefaultRule, "okta"}};
  EXPECT_EQ(
      to_text(group),
      "group cn=devs\n  not managed by the bridge\n  members come by a default group rule of connection "
      "okta\n");
}

TEST(Text, AnEventIsOneLine) {
  using Kind = operate::Deed::Kind;
  operate::Event event{
      "2026-11-22T09:00:00.000Z", "okta", "who", "failed", "locked\n", "PATCH", dn("uid=ann"), {}};
  operate::Deed renamed{Kind::Renamed};
  renamed.old_name = "ann";
  renamed.new_name = "anna";
  event.deeds = {renamed, operate::Deed{Kind::Disabled}};
  EXPECT_EQ(
      to_text(event),
      "2026-11-22T09:00:00.000Z okta: renamed from ann to anna, disabled - not done, locked?, PATCH [who]");
  operate::Deed decision{Kind::Decision};
  decision.removal = "member removal";
  decision.group = "cn=devs";
  EXPECT_THAT(to_text(operate::Event{"t", "okta", "", "held", "", "", dn("cn=devs"), {decision}}),
              HasSubstr("okta: member removal from cn=devs held"));
}

}  // namespace
}  // namespace dirbridge::daemon
