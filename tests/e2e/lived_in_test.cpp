// A directory in which people have lived for years: an identity provider takes up most of them, and after
// each step the products read it without a complaint, nobody has lost what he was not asked about, and whom
// the identity provider does not know is as he was.
#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <set>

#include "e2e/steps.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using directory::Entry;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

constexpr std::size_t everybody = 500;
constexpr std::size_t known = 400;  // to the identity provider
constexpr std::size_t joining = 20;

BridgeOptions options() {
  const json::object users = {
      {"adopt", {"userName", "mail"}},
      {"name_rules", json::array{json::object{{"match", "(.*)@.*"}, {"replace", "$1"}}}}};
  const json::object groups = {{"adopt", true},
                               {"mapping", {{"Staff", {"jira-users"}}, {"Writers", {"confluence-users"}}}},
                               {"default_groups", {{"groups", {"everybody"}}, {"for", "new"}}}};
  return {{{"acme", {{"users", users}, {"groups", groups}, {"guard", {{"enabled", false}}}}, {}}},
          test::fast_slapd_options(),
          {}};
}

std::string first(const Entry& entry, const char* attribute) {
  return std::string(entry.attributes.first(attribute));
}

class LivedIn : public testing::Test {
 protected:
  void SetUp() override {
    const auto ldif = test::run_command({LIVED_IN_DIRECTORY, site_.user_base, site_.group_base});
    ASSERT_EQ(ldif.exit_code, 0) << ldif.output;
    const auto added = test::ldap_add(bridge_.slapd(), test::As::Admin, ldif.output);
    ASSERT_EQ(added.exit_code, 0) << added.output;
    people_ = people();
    groups_ = below(site_.group_base, "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))");
    ASSERT_EQ(people_.size(), everybody);
    reader_ = bridge_.reader(site_);
    content();
  }

  std::vector<Entry> below(const std::string& base, const std::string& filter) {
    directory::SearchRequest request;
    request.base = directory::Dn::parse(base).value();
    request.filter = directory::Filter::parse(filter).value();
    request.attributes = {"*", "entryUUID", "entryCSN"};
    return directory::search(bridge_.directory(), request, deadline_in(std::chrono::seconds(30))).value();
  }
  std::vector<Entry> people() { return below(site_.user_base, "(objectClass=inetOrgPerson)"); }
  // Everything that is there now, by entryUUID.
  std::map<std::string, Entry> by_id() {
    std::map<std::string, Entry> out;
    for (auto& entry : below(bridge_.slapd().suffix(), "(objectClass=*)")) {
      auto id = first(entry, "entryUUID");
      out.emplace(std::move(id), std::move(entry));
    }
    return out;
  }

  // The products find nothing to complain about.
  atlassian::Seen content() {
    auto seen = reader_->read(deadline_in(std::chrono::seconds(60)));
    EXPECT_EQ(seen.exit_code, 0) << seen.text;
    EXPECT_EQ(seen.json.at("synchronises"), true) << seen.text;
    return seen;
  }

  json::object as_provided(const Entry& person) {
    const auto uid = first(person, "uid");
    return {{"name", {{"givenName", first(person, "givenName")}, {"familyName", first(person, "sn")}}},
            {"emails", json::array{{{"value", uid + "@acme.example"}, {"type", "work"}, {"primary", true}}}}};
  }

  void take_up() {
    for (std::size_t i = 0; i < known; ++i)
      ids_.push_back(
          create_user(client_, first(people_[i], "uid") + "@acme.example", as_provided(people_[i])));
    for (std::size_t i = 0; i < joining; ++i)
      ids_.push_back(create_user(client_, "joiner" + std::to_string(i) + "@acme.example"));
  }

  // Whoever was there has what nobody sent; `except`: what was changed on purpose.
  void expect_nothing_lost(const std::set<std::string>& except = {}) {
    const auto all = by_id();
    for (const auto& before : people_) {
      const auto& now = all.at(first(before, "entryUUID"));
      for (const auto& [name, values] : before.attributes) {
        if (name == "entryCSN" || except.contains(name)) continue;
        EXPECT_THAT(now.attributes.values(name), IsSupersetOf(values)) << before.dn.str() << " " << name;
      }
    }
  }

  void expect_untouched(const std::vector<Entry>& before) {
    const auto all = by_id();
    for (const auto& entry : before) {
      const auto& now = all.at(first(entry, "entryUUID"));
      EXPECT_EQ(now.dn.str(), entry.dn.str());
      EXPECT_EQ(first(now, "entryCSN"), first(entry, "entryCSN")) << entry.dn.str();
    }
  }
  std::vector<Entry> unknown_people() const { return {people_.begin() + known, people_.end()}; }

  std::vector<std::string> members_of(const std::string& cn, const char* attribute = "member") {
    const auto found = below(site_.group_base, "(cn=" + cn + ")");
    EXPECT_EQ(found.size(), 1U) << cn;
    return found.empty() ? std::vector<std::string>() : found.front().attributes.values(attribute);
  }
  std::vector<std::string> members_before(const std::string& cn) const {
    for (const auto& group : groups_)
      if (first(group, "cn") == cn) return group.attributes.values("member");
    return {};
  }
  std::vector<std::string> ids(std::size_t from, std::size_t to) const {
    return {ids_.begin() + static_cast<std::ptrdiff_t>(from), ids_.begin() + static_cast<std::ptrdiff_t>(to)};
  }
  void each(std::size_t from, std::size_t to, const std::function<void(const std::string&)>& act) {
    for (const auto& id : ids(from, to)) act(id);
  }

  Bridge bridge_{options()};
  const Site& site_ = bridge_.site("acme");
  ScimClient client_ = site_.client();
  std::vector<Entry> people_;
  std::vector<Entry> groups_;
  std::unique_ptr<atlassian::Reader> reader_;
  std::vector<std::string> ids_;  // of the known, in the order of people_, and of those who join
};

TEST_F(LivedIn, WhoIsTakenUpKeepsPlaceNameAndValues) {
  take_up();
  EXPECT_EQ(content().user_names().size(), everybody + joining);
  const auto all = by_id();
  for (const auto& before : people_)
    EXPECT_EQ(all.at(first(before, "entryUUID")).dn.str(), before.dn.str())
        << "an adopted entry keeps its place";
  expect_nothing_lost();
  expect_untouched(unknown_people());
  EXPECT_THAT(client_.post("/Users", user_resource(first(people_[0], "uid"))).status, 409);
  EXPECT_EQ(content().user_names().size(), everybody + joining);
}

TEST_F(LivedIn, GroupsThatAreThereAreFilledAndKeepTheirMembers) {
  take_up();
  create_group(client_, "Staff", ids(100, 200));
  create_group(client_, "Writers", ids(known, known + joining));
  create_group(client_, "Team Berlin", ids(0, 10));
  const auto seen = content();
  for (const auto* name : {"jira-users", "confluence-users", "Team Berlin", "everybody"})
    EXPECT_THAT(members_of(name), IsSupersetOf(members_before(name))) << name;
  for (std::size_t i = 100; i < 200; ++i)
    EXPECT_THAT(members_of("jira-users"), Contains(people_[i].dn.str()));
  EXPECT_THAT(seen.members("everybody"), Contains("joiner3")) << "a default group by its name";
  expect_nothing_lost();
}

TEST_F(LivedIn, LeaversMoversAndReturnersLeaveTheOthersAlone) {
  take_up();
  const auto staff = create_group(client_, "Staff", ids(0, 100));
  const auto berlin = create_group(client_, "Team Berlin", ids(0, 10));
  {
    SCOPED_TRACE("leavers");
    each(0, 30,
         [&](const auto& id) { expect_success(client_.patch("/Users/" + id, replace("active", false))); });
    each(30, 40, [&](const auto& id) { expect_status(client_.remove("/Users/" + id), 204); });
    EXPECT_EQ(content().user_names().size(), everybody + joining - 40);
    expect_nothing_lost();
  }
  {
    SCOPED_TRACE("movers");
    for (std::size_t i = 40; i < 60; ++i)
      expect_success(client_.patch("/Users/" + ids_[i],
                                   replace("userName", "mover" + std::to_string(i) + "@acme.example")));
    const auto seen = content();
    EXPECT_THAT(seen.user_names(), Contains("mover41"));
    EXPECT_THAT(seen.user_names(), Not(Contains(first(people_[41], "uid"))));
    const auto all = by_id();
    for (std::size_t i = 40; i < 60; ++i) {
      const auto& now = all.at(first(people_[i], "entryUUID"));
      EXPECT_EQ(now.dn.parent().str(), people_[i].dn.parent().str());
      EXPECT_THAT(members_of("everybody"), Contains(now.dn.str()));
      EXPECT_THAT(members_of("jira-users"), Contains(now.dn.str()));
    }
    for (const auto& member : members_of("sonar-users", "uniqueMember"))
      EXPECT_TRUE(exists(bridge_.directory(), directory::Dn::parse(member).value())) << member;
    expect_nothing_lost({"uid"});
  }
  {
    SCOPED_TRACE("returners");
    each(0, 30,
         [&](const auto& id) { expect_success(client_.patch("/Users/" + id, replace("active", true))); });
    for (std::size_t i = 30; i < 40; ++i)
      EXPECT_EQ(create_user(client_, first(people_[i], "uid") + "@acme.example", as_provided(people_[i])),
                ids_[i]);
    EXPECT_EQ(content().user_names().size(), everybody + joining);
  }
  {
    SCOPED_TRACE("groups");
    expect_success(client_.patch("/Groups/" + staff, replace("displayName", "All Staff")));
    EXPECT_THAT(members_of("jira-users"), Contains(people_[70].dn.str()))
        << "a mapped group keeps its targets";
    expect_status(client_.remove("/Groups/" + berlin), 204);
    const auto seen = content();
    EXPECT_TRUE(seen.has_group("Team Berlin"));
    EXPECT_TRUE(seen.has_group("jira-users"));
  }
  expect_untouched(unknown_people());
  EXPECT_THAT(bridge_.run_with_config({"plan", "acme"}), HasSubstr("0 changes"));
  content();
}

}  // namespace
}  // namespace dirbridge::e2e
