// R3: the server decides which texts are the same (design rule 17), on each server that is here. It is asked
// about entries that are nobody's; then the bridge, about what it has made itself.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "connection_fixture.hpp"
#include "support/ds389.hpp"
#include "support/external_command.hpp"
#include "support/quiet_log.hpp"
#include "support/random_spellings.hpp"
#include "support/sanitizer.hpp"
#include "support/scim_messages.hpp"

namespace dirbridge::test {
namespace {

using directory::Dn;
using directory::Filter;
using provision::Members;

// What the server takes for the same.
struct Word {
  bool found = false;    // by the rule of uid and cn
  bool taken = false;    // or in DNs, about which 389 Directory Server has its own opinion
  bool mail = false;     // by that of dirbridgeMail
  bool pending = false;  // by that of dirbridgePendingMember
};

struct ServerUnderTest {
  directory::Directory& administrator;
  directory::Directory& bridge;
  slapd::Names names;
};

class SameText {
 public:
  explicit SameText(const ServerUnderTest& server)
      : server_(server), scratch_(Dn::parse(server.names.service_base).value()) {
    auto rules = rules_on(server.names, "okta", [](mapping::Rules& r) {
      r.user_options.on_delete = mapping::OnDelete::Delete;
      r.group_options.on_delete = mapping::GroupOptions::OnDelete::Delete;
    });
    connection_ = std::make_unique<ConnectionParts>(server.bridge, std::move(rules));
  }

  std::size_t comparisons() const { return comparisons_; }
  std::size_t same() const { return same_; }

  // In words what the bridge takes for the same and the server does not, or the other way round.
  std::string step(const std::string& a, const std::string& b) {
    const auto word = ask_server(a, b);
    if (!wrong_.empty()) return wrong_;
    users(word, a, b);
    mails(word, a, b);
    groups(word, a, b);
    pending(word, a, b);
    external_ids(word, a, b);
    return std::exchange(wrong_, {});
  }

 private:
  void expect(bool is, bool should_be, const std::string& what) {
    ++comparisons_;
    same_ += should_be ? 1 : 0;
    if (is != should_be && wrong_.empty())
      wrong_ = what + (should_be ? ": one to the server" : ": two to the server");
  }
  template <class T>
  bool must(const Result<T>& done, const std::string& what) {
    if (!done && wrong_.empty()) wrong_ = what + ": " + done.error().detail;
    return done.has_value();
  }

  // An entry of this name, which has the text as each kind of value.
  directory::Add entry(const std::string& text) {
    return {scratch_.child({"uid", text}),
            {{"objectClass",
              {"top", "person", "organizationalPerson", "inetOrgPerson", "dirbridgeUser", "dirbridgeGroup"}},
             {"uid", {text}},
             {"cn", {text}},
             {"sn", {"x"}},
             {"dirbridgeId", {new_uuid(connection_->clock.now())}},
             {"dirbridgeConnection", {"judge"}},
             {"dirbridgeMail", {text}},
             {"dirbridgePendingMember", {text}}}};
  }

  Word ask_server(const std::string& a, const std::string& b) {
    Word out;
    const auto one = entry(a);
    const auto other = entry(b);
    auto& server = server_.administrator;
    if (!must(server.apply({one, "judge"}, {}, soon()), "the judge's entry " + a)) return out;
    const auto has = [&](const char* attribute) {
      const auto found = directory::search(
          server, {scratch_, directory::Scope::OneLevel, Filter::equal(attribute, b), {"1.1"}, 0}, soon());
      return must(found, std::string("a filter of ") + attribute) && !found->empty();
    };
    out.found = has("uid");
    out.mail = has("dirbridgeMail");
    out.pending = has("dirbridgePendingMember");
    const auto second = server.apply({other, "judge"}, {}, soon());
    out.taken = out.found || (!second && second.error().kind == ErrorKind::Uniqueness);
    if (second) (void)server.apply({directory::Delete{other.dn}, "judge"}, {}, soon());
    must(server.apply({directory::Delete{one.dn}, "judge"}, {}, soon()), "removal of the judge's entry");
    return out;
  }

  static std::string quoted(const std::string& text) { return json::serialize(json::value(text)); }

  std::size_t found(provision::Resources& resources, const std::string& text) {
    provision::Query query;
    query.members = Members::Leave;
    query.filter = scim::parse_filter(text, resources.type()).value();
    query.filter_text = text;
    const auto page = resources.list(query, soon());
    return must(page, text) ? page->resources.size() : 0;
  }

  // Empty: it was refused as a name that nobody can have.
  std::string create(provision::Resources& resources, const json::object& body) {
    const auto made = resources.create(body, soon());
    if (!made && made.error().kind == ErrorKind::InvalidValue) return {};
    return must(made, "POST " + json::serialize(body)) ? id_of(*made) : std::string();
  }

  void names(provision::Resources& resources, const Word& word, const json::object& a, const json::object& b,
             const std::string& filter) {
    const auto id = create(resources, a);
    if (id.empty()) return;
    expect(found(resources, filter) == 1, word.found, filter);
    const auto second = resources.create(b, soon());
    const bool conflict = !second && second.error().kind == ErrorKind::Uniqueness;
    const bool no_name = !second && second.error().kind == ErrorKind::InvalidValue;
    if (!second && !conflict && !no_name) must(second, "POST " + json::serialize(b));
    if (!no_name) expect(conflict, word.taken, "POST " + json::serialize(b));
    if (second) must(resources.remove(id_of(*second), {}, soon()), "DELETE");
    must(resources.remove(id, {}, soon()), "DELETE");
  }

  void users(const Word& word, const std::string& a, const std::string& b) {
    names(*connection_->users, word, user_message(a), user_message(b), "userName eq " + quoted(b));
  }

  void groups(const Word& word, const std::string& a, const std::string& b) {
    names(*connection_->groups, word, group_message(a), group_message(b), "displayName eq " + quoted(b));
  }

  void mails(const Word& word, const std::string& a, const std::string& b) {
    auto& all = *connection_->users;
    auto body = user_message("mail");
    body["emails"] = json::array{json::object{{"value", a}}};
    const auto id = create(all, body);
    if (id.empty()) return;
    expect(found(all, "emails.value eq " + quoted(b)) == 1, word.mail, "emails.value eq " + quoted(b));
    const json::array both{json::object{{"value", a}}, json::object{{"value", b}, {"type", "home"}}};
    must(all.patch(id, patch_message("replace", "emails", both), {}, Members::Leave, soon()), "both mails");
    expect(values_of(id, "dirbridgeMail") == 1, word.mail, "both as mails");
    must(all.remove(id, {}, soon()), "DELETE");
  }

  void pending(const Word& word, const std::string& a, const std::string& b) {
    auto& all = *connection_->groups;
    auto body = group_message("waiting");
    body["members"] = members_of({a, b});
    const auto id = create(all, body);
    if (id.empty()) return;
    expect(values_of(id, "dirbridgePendingMember") == 1, word.pending, "both as members to come");
    const auto leave = [&](const std::string& who) {
      must(all.patch(id, patch_message("remove", "members", members_of({who})), {}, Members::Leave, soon()),
           "removal of " + who);
    };
    leave(b);
    expect(values_of(id, "dirbridgePendingMember") == 0, word.pending, "removal of a member to come");
    leave(a);
    expect(values_of(id, "dirbridgePendingMember") == 0, true, "removal of the other one");
    must(all.remove(id, {}, soon()), "DELETE");
  }

  // A member by an external id, of one who is there and of one who comes afterwards.
  void external_ids(const Word& word, const std::string& a, const std::string& b) {
    auto& all = *connection_->users;
    auto& teams = *connection_->groups;
    auto body = user_message("external");
    body["externalId"] = a;
    auto team = group_message("external");
    team["members"] = members_of({b});
    for (const bool user_first : {true, false}) {
      auto user = user_first ? create(all, body) : std::string();
      const auto group = create(teams, team);
      if (!user_first) user = create(all, body);
      if (user.empty() || group.empty()) return;
      expect(values_of(group, "dirbridgePendingMember") == 0, word.pending, "externalId of a member");
      must(all.remove(user, {}, soon()), "DELETE");
      must(teams.remove(group, {}, soon()), "DELETE");
    }
  }

  std::size_t values_of(const std::string& id, const char* attribute) {
    const auto entries = directory::search(server_.administrator,
                                           {Dn::parse(server_.names.suffix).value(),
                                            directory::Scope::Subtree,
                                            Filter::equal("dirbridgeId", id),
                                            {attribute},
                                            0},
                                           soon());
    if (!must(entries, "entry of " + id) || entries->size() != 1) return 99;
    return entries->front().attributes.values(attribute).size();
  }

  const ServerUnderTest server_;
  const Dn scratch_;
  std::unique_ptr<ConnectionParts> connection_;
  std::string wrong_;
  std::size_t comparisons_ = 0;
  std::size_t same_ = 0;
};

void compare(const ServerUnderTest& server, unsigned seed, int pairs) {
  const QuietLog quiet;
  std::cout << "seed " << seed << '\n';
  RandomSpellings spellings(seed);
  SameText same_text(server);
  for (int step = 0; step < pairs; ++step) {
    const auto [a, b] = spellings.next();
    const auto wrong = same_text.step(a, b);
    ASSERT_EQ(wrong, "") << "seed " << seed << " step " << step << ", of " << a << " and " << b;
  }
  std::cout << same_text.comparisons() << " comparisons, " << same_text.same() << " of what is the same\n";
  EXPECT_GT(same_text.comparisons(), static_cast<std::size_t>(pairs) * 5);
  EXPECT_GT(same_text.same(), static_cast<std::size_t>(pairs));
}

class SameTextOnSlapd : public SlapdFixture {};

TEST_F(SameTextOnSlapd, R3_TheServerSaysWhatIsTheSame) {
  ldap::Pool administrator(as_administrator(server()));
  ldap::Pool bridge(settings_for(server().uri(), server().bridge_dn(), server().bridge_password()));
  compare({administrator, bridge, server().names()}, 20261130, steps(180, 30));
}

TEST(SameTextOn389, R3_TheServerSaysWhatIsTheSame) {
  TemporaryFolder folder;
  Ds389 server(folder.path() + "/389ds", {});
  ldap::Pool administrator(settings_for(server.uri(), Ds389::manager_dn, server.manager_password()));
  ldap::Pool bridge(settings_for(server.uri(), server.names().bridge_dn, server.bridge_password()));
  compare({administrator, bridge, server.names()}, 20261130, steps(8, 4));
}

}  // namespace
}  // namespace dirbridge::test
