// What the audit says about somebody, as values.
#include "operate/history.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit/journal.hpp"
#include "support/dn.hpp"

namespace dirbridge::operate {
namespace {

namespace json = boost::json;
using directory::Modification;
using test::dn;
using Op = Modification::Op;
using Kind = Deed::Kind;

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() {
    std::string folder = "/tmp/dirbridge-history-XXXXXX";
    if (!::mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
    folder_ = folder;
    journal_ = audit::make_journal(file(), {}, clock_);
  }
  ~HistoryTest() override { std::filesystem::remove_all(folder_); }

  audit::FileSettings file() const { return {folder_ + "/audit.jsonl"}; }
  void applied(directory::Change change) {
    journal_->note(sync::ChangeNote{"okta", change, nullptr, sync::Outcome::Applied, ""});
  }
  void modified(const std::string& entry, const std::vector<Modification>& modifications) {
    applied({directory::Modify{dn(entry), modifications, true, {}}, "PATCH /Users"});
  }
  History history(const std::vector<std::string>& present) const {
    History out{"ann"};
    for (const auto& entry : present) out.subjects.push_back({true, dn(entry)});
    add_past(file(), out);
    return out;
  }
  std::vector<Kind> kinds(const std::vector<std::string>& present) const {
    std::vector<Kind> out;
    const auto told = history(present);
    for (const auto& event : *told.events)
      for (const auto& deed : event.deeds) out.push_back(deed.kind);
    return out;
  }

  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<sync::Journal> journal_;
};

TEST_F(HistoryTest, R1_SaysWhatWasLeftAsItIs) {
  journal_->note(sync::LeftNote{"okta", dn("uid=ann,dc=x"), "userName", "the name is taken"});
  const auto told = history({"uid=ann,dc=x"});
  ASSERT_EQ(told.events->size(), 1U);
  const auto& event = told.events->front();
  EXPECT_EQ(event.connection, "okta");
  EXPECT_EQ(event.outcome, "left");
  EXPECT_EQ(event.detail, "the name is taken");
  ASSERT_EQ(event.deeds.size(), 1U);
  EXPECT_EQ(event.deeds[0].kind, Kind::Left);
  EXPECT_EQ(event.deeds[0].field, "userName");
}

TEST_F(HistoryTest, FollowsAnEntryThroughItsNames) {
  applied({directory::Add{dn("uid=ann,dc=x"), {}}, "POST /Users"});
  applied({directory::Rename{dn("uid=ann,dc=x"), {"uid", "anna"}, {}}, "PATCH /Users"});
  modified("uid=anna,dc=x", {{Op::Replace, "dirbridgeActive", {"FALSE"}},
                             {Op::Replace, "title", {"Boss"}},
                             {Op::Replace, "dirbridgeResource", {"{}"}}});
  modified("uid=ben,dc=x", {{Op::Replace, "title", {"Other"}}});
  modified("uid=anna,dc=x", {{Op::Replace, "dirbridgeResource", {"{}"}}});
  EXPECT_THAT(kinds({"uid=anna,dc=x"}),
              testing::ElementsAre(Kind::Created, Kind::Renamed, Kind::Disabled, Kind::Changed));
  const auto told = history({"uid=anna,dc=x"});
  EXPECT_EQ(told.events->at(1).deeds[0].old_name, "ann");
  EXPECT_EQ(told.events->at(1).deeds[0].new_name, "anna");
  EXPECT_THAT(told.events->at(2).deeds[1].attributes, testing::ElementsAre("title"));
}

TEST_F(HistoryTest, KnowsMembershipsAndWhatWaits) {
  applied({directory::Add{dn("cn=new,dc=x"), {{"member", {"uid=ann,dc=x"}}}}, "POST /Groups"});
  modified("cn=devs,dc=x", {{Op::Add, "member", {"uid=ben,dc=x", "UID=Ann,dc=x"}}});
  modified("cn=devs,dc=x", {{Op::Add, "dirbridgeHeldMember", {"uid=ann,dc=x"}}});
  journal_->note(sync::DecisionNote{"okta",
                                    sync::Decision::Held,
                                    "member removal",
                                    dn("cn=devs,dc=x"),
                                    {"uid=ann,dc=x"},
                                    "over the budget"});
  modified("cn=devs,dc=x", {{Op::Delete, "dirbridgeHeldMember", {"uid=ann,dc=x"}},
                            {Op::Delete, "uniqueMember", {"uid=ann,dc=x"}}});
  modified("cn=devs,dc=x", {{Op::Add, "member", {"uid=ben,dc=x"}}});
  EXPECT_THAT(kinds({"uid=ann,dc=x"}),
              testing::ElementsAre(Kind::AddedToNewGroup, Kind::AddedToGroup, Kind::LeavingHeld,
                                   Kind::Decision, Kind::LeavingSettled, Kind::RemovedFromGroup));
  const auto told = history({"uid=ann,dc=x"});
  EXPECT_EQ(told.events->at(1).deeds[0].group, "devs");
  EXPECT_EQ(told.events->at(3).deeds[0].group, "cn=devs,dc=x");
  EXPECT_EQ(told.events->at(3).deeds[0].removal, "member removal");
  EXPECT_EQ(history({"cn=devs,dc=x"}).events->at(0).deeds[0].members, 2U) << "seen from the group";
}

TEST_F(HistoryTest, FindsWhoIsGoneByTheNameOfTheEntry) {
  applied({directory::Delete{dn("uid=ANN,dc=x"), {}}, "DELETE /Users"});
  applied({directory::Delete{dn("uid=ben,dc=x"), {}}, "DELETE /Users"});
  EXPECT_THAT(kinds({}), testing::ElementsAre(Kind::Deleted));
}

TEST_F(HistoryTest, EveryWordIsInTheReadme) {
  std::ifstream file(README);
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  const auto listed = [&](std::string_view word) {
    const auto separated = testing::AnyOf(testing::HasSubstr("(" + std::string(word)),
                                          testing::HasSubstr(", " + std::string(word)));
    EXPECT_THAT(readme, separated);
  };
  for (int i = 0; i <= static_cast<int>(Kind::Left); ++i) listed(to_string(static_cast<Kind>(i)));
  for (int i = 0; i <= static_cast<int>(Grant::By::HeldRemoval); ++i)
    listed(to_string(static_cast<Grant::By>(i)));
  for (int i = 0; i <= static_cast<int>(State::Activity::DeletionHeld); ++i)
    listed(to_string(static_cast<State::Activity>(i)));
}

TEST_F(HistoryTest, AsJsonHasTheWordsOfTheAudit) {
  modified("uid=ann,dc=x", {{Op::Replace, "dirbridgeActive", {"FALSE"}}});
  auto told = history({"uid=ann,dc=x"});
  auto& ann = told.subjects.front();
  ann.connection = "okta";
  ann.id = "42";
  ann.activity = State::Activity::DisableHeld;
  ann.memberships.push_back({"devs", dn("cn=devs,dc=x"), {{Grant::By::SourceGroup, "okta", "Devs", "D"}}});
  auto document = to_json(told);
  EXPECT_EQ(document.at("subjects"), json::parse(R"([{"type": "user", "dn": "uid=ann,dc=x",
    "connection": "okta", "id": "42", "activity": "disable_held", "memberships": [{"group": "devs",
    "dn": "cn=devs,dc=x", "grants": [{"by": "source_group", "connection": "okta", "group": "Devs",
    "mapped_as": "D"}]}]}])"));
  auto& event = document.at("events").as_array().at(0).as_object();
  EXPECT_TRUE(event.erase("time") == 1);
  EXPECT_EQ(event, json::parse(R"({"connection": "okta", "reason": "PATCH /Users", "dn": "uid=ann,dc=x",
    "outcome": "applied", "deeds": [{"kind": "disabled"}]})")
                       .as_object());
  EXPECT_EQ(document.at("failures"), json::array());
}

}  // namespace
}  // namespace dirbridge::operate
