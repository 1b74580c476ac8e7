#include "audit/line.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "support/dn.hpp"

namespace dirbridge::audit {
namespace {

using directory::Modification;
using test::dn;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Line line_of(directory::Change change) {
  Line line;
  line.time = "2026-11-22T09:00:00.000Z";
  line.connection = "okta";
  line.cause = "request-1";
  line.outcome = "applied";
  line.dn = directory::target(change);
  line.change = std::move(change);
  return line;
}

Line again(const Line& line) {
  const auto text = to_json(line);
  EXPECT_EQ(text.find('\n'), text.size() - 1) << "one line";
  auto read = parse_line(text);
  EXPECT_TRUE(read) << (read ? "" : read.error().detail);
  return read ? *read : Line();
}

TEST(AuditLine, AModifyTellsWhatWasBeforeAndComesBack) {
  auto line = line_of({directory::Modify{dn("uid=ann,dc=x"),
                                         {{Modification::Op::Replace, "mail", {"new@x"}},
                                          {Modification::Op::Add, "member", {"uid=a\xff", "b"}},
                                          {Modification::Op::Delete, "title", {"Dr."}}},
                                         true,
                                         {}},
                       "PATCH /Users"});
  line.before.set("mail", {"old@x"});
  EXPECT_THAT(to_json(line),
              HasSubstr(R"({"op":"replace","attribute":"mail","before":["old@x"],"after":["new@x"]})"));
  const auto read = again(line);
  const auto& modify = std::get<directory::Modify>(read.change->operation);
  EXPECT_EQ(modify.modifications, std::get<directory::Modify>(line.change->operation).modifications);
  EXPECT_THAT(*read.before.find("mail"), ElementsAre("old@x"));
  EXPECT_EQ(read.change->reason, "PATCH /Users");
  EXPECT_EQ(read.cause, "request-1");
  EXPECT_EQ(read.connection, "okta");
}

TEST(AuditLine, AddRenameDeleteAndDecisionsComeBack) {
  directory::Attributes attributes{{"uid", {"ann"}}, {"mail", {"a", "b"}}};
  const auto add = again(line_of({directory::Add{dn("uid=ann,dc=x"), attributes}, "POST /Users"}));
  EXPECT_THAT(*std::get<directory::Add>(add.change->operation).attributes.find("mail"),
              ElementsAre("a", "b"));
  const auto rename = again(
      line_of({directory::Rename{dn("uid=ann,dc=x"), directory::Rdn("uid", "a,b"), dn("ou=y,dc=x")}, "PUT"}));
  EXPECT_EQ(std::get<directory::Rename>(rename.change->operation).new_rdn.value(), "a,b");
  EXPECT_EQ(std::get<directory::Rename>(rename.change->operation).new_superior->str(), "ou=y,dc=x");
  auto gone = line_of({directory::Delete{dn("uid=ann,dc=x")}, "DELETE"});
  gone.before.set("mail", {"a"});
  EXPECT_THAT(*again(gone).before.find("mail"), ElementsAre("a"));
  Line held;
  held.time = "2026-11-22T09:00:00.000Z";
  held.outcome = "held";
  held.removal = "member removal";
  held.dn = dn("cn=devs,dc=x");
  held.members = {"uid=ann,dc=x"};
  EXPECT_FALSE(again(held).change);
  EXPECT_EQ(again(held).removal, "member removal");
  EXPECT_THAT(again(held).members, ElementsAre("uid=ann,dc=x"));
}

TEST(AuditLine, R1_WhatWasLeftComesBackAndIsACommentInLdif) {
  Line left;
  left.time = "2026-11-22T09:00:00.000Z";
  left.connection = "okta";
  left.outcome = outcome_left;
  left.field = "homePhone";
  left.detail = "the syntax refuses it";
  left.dn = dn("uid=ann,dc=x");
  EXPECT_FALSE(again(left).change);
  EXPECT_EQ(again(left).field, "homePhone");
  EXPECT_EQ(again(left).detail, "the syntax refuses it");
  EXPECT_EQ(to_ldif(left),
            "# 2026-11-22T09:00:00.000Z okta: left, the syntax refuses it\n# homePhone of uid=ann,dc=x\n");
}

TEST(AuditLine, DamagedLinesAreErrors) {
  for (
      const std::string text :
      {"", "{", "[]", "{\"time\":\"x\"}", R"({"time":"t","outcome":"applied","dn":"no dn"})",
       R"({"time":"t","outcome":"applied","dn":"cn=x"})",
       R"({"time":"t","outcome":"applied","dn":"cn=x","verb":"explode"})",
       R"({"time":"t","outcome":"applied","dn":"cn=x","verb":"modify"})",
       R"({"time":"t","outcome":"applied","dn":"cn=x","verb":"modify","changes":[{"op":"x","attribute":"y"}]})",
       R"({"time":"t","outcome":"applied","dn":"cn=x","verb":"rename","newrdn":"x"})"})
    EXPECT_FALSE(parse_line(text)) << text;
}

TEST(AuditLine, LdifOfAnAppliedChangeCanBeMadeAgain) {
  const auto line = line_of(
      {directory::Modify{dn("uid=ann,dc=x"), {{Modification::Op::Replace, "mail", {"new@x"}}}, true, {}},
       "PATCH"});
  EXPECT_EQ(to_ldif(line),
            "# 2026-11-22T09:00:00.000Z okta, cause request-1: applied\n# PATCH\ndn: uid=ann,dc=x\n"
            "changetype: modify\nreplace: mail\nmail: new@x\n-\n");
}

TEST(AuditLine, LdifLeavesOutWhatIsHiddenAndCommentsWhatWasNotDone) {
  auto line = line_of({directory::Modify{dn("uid=ann,dc=x"),
                                         {{Modification::Op::Replace, "userPassword", {"(hidden)"}},
                                          {Modification::Op::Replace, "mail", {"m"}}},
                                         true,
                                         {}},
                       "PATCH"});
  EXPECT_THAT(to_ldif(line), Not(HasSubstr("assword")));
  EXPECT_THAT(to_ldif(line), HasSubstr("mail: m\n"));
  line.outcome = "refused";
  line.detail = "because\nchangetype: delete";
  const auto ldif = to_ldif(line);
  for (const auto part : split(std::string_view(ldif).substr(0, ldif.size() - 1), '\n'))
    EXPECT_THAT(std::string(part), StartsWith("#"));
}

}  // namespace
}  // namespace dirbridge::audit
