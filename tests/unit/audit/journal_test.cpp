#include "audit/journal.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "support/dn.hpp"

namespace dirbridge::audit {
namespace {

using directory::Modification;
using test::dn;
using testing::HasSubstr;
using testing::Not;

class AuditJournal : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    Secrets secrets{{"roomNumber"}, {{"urn:acme", "secretCode"}}};
    journal_ = make_journal({folder_ + "/audit.jsonl"}, secrets, clock_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string text() const {
    std::ifstream file(folder_ + "/audit.jsonl");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_;
  SystemClock clock_;
  std::unique_ptr<sync::Journal> journal_;
};

constexpr auto kSecret = "hunter2";

TEST_F(AuditJournal, R29_HoldsNoSecretBeforeOrAfter) {
  const std::string record =
      R"({"schemas":["urn:acme"],"userName":"ann","urn:acme":{"secretCode":"hunter2","badge":"B7"}})";
  directory::Entry before{dn("uid=ann,dc=x"),
                          {{"userPassword", {kSecret}},
                           {"roomNumber", {kSecret}},
                           {"dirbridgeResource", {record}},
                           {"mail", {"old@x"}}}};
  const directory::Change add{directory::Add{before.dn, before.attributes}, "POST"};
  journal_->note({"okta", add, nullptr, sync::Outcome::Applied, {}});
  const directory::Change modify{
      directory::Modify{before.dn,
                        {{Modification::Op::Replace, "userpassword", {kSecret}},
                         {Modification::Op::Replace, "roomNumber", {kSecret}},
                         {Modification::Op::Replace, "dirbridgeResource", {record}},
                         {Modification::Op::Replace, "mail", {"new@x"}}},
                        true,
                        {}},
      "PUT"};
  journal_->note({"okta", modify, &before, sync::Outcome::Applied, {}});
  const directory::Change remove{directory::Delete{before.dn}, "DELETE"};
  journal_->note({"okta", remove, &before, sync::Outcome::Applied, {}});
  const directory::Change key{
      directory::Add{dn("dirbridgeId=1,dc=x"), {{"dirbridgeResource", {R"({"cursorKey":"hunter2"})"}}}},
      "key"};
  journal_->note({"okta", key, nullptr, sync::Outcome::Applied, {}});
  EXPECT_THAT(text(), Not(HasSubstr(kSecret)));
  EXPECT_THAT(text(), HasSubstr("B7"));
  EXPECT_THAT(text(), HasSubstr(R"("before":["old@x"],"after":["new@x"])"));
}

TEST_F(AuditJournal, NamesTheCauseAndTheReason) {
  const directory::Change change{directory::Delete{dn("uid=ann,dc=x")}, "DELETE /Users"};
  {
    const log::RequestScope scope("request-7");
    journal_->note({"okta", change, nullptr, sync::Outcome::Refused, "it is protected"});
    journal_->note({"okta", sync::Decision::Held, "disable", dn("uid=ben,dc=x"), {}, "over"});
  }
  EXPECT_THAT(text(), HasSubstr(R"("cause":"request-7","reason":"DELETE /Users","verb":"delete")"));
  EXPECT_THAT(text(), HasSubstr(R"("outcome":"refused","detail":"it is protected")"));
  EXPECT_THAT(text(),
              HasSubstr(R"("dn":"uid=ben,dc=x","outcome":"held","detail":"over","removal":"disable")"));
}

TEST_F(AuditJournal, R1_SaysWhatWasLeftAsItIs) {
  journal_->note(sync::LeftNote{"okta", dn("uid=ann,dc=x"), "homePhone", "the syntax refuses it"});
  EXPECT_THAT(text(), HasSubstr(R"("dn":"uid=ann,dc=x","outcome":"left","detail":"the syntax refuses it",)"
                                R"("field":"homePhone"})"));
}

}  // namespace
}  // namespace dirbridge::audit
