// Renames on directories that differ in what they take for the same, and in how they spell a DN: whatever the
// names, and wherever a rename is cut, each membership stays the one of its entry, spelled as the entry is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>

#include "base/text.hpp"
#include "directory/memory_directory.hpp"
#include "support/dn.hpp"
#include "support/forwarding_directory.hpp"
#include "support/quiet_log.hpp"
#include "support/random_names.hpp"
#include "support/sanitizer.hpp"
#include "support/soon.hpp"
#include "sync/reconcile.hpp"

namespace dirbridge::sync {
namespace {

using directory::Change;
using directory::Dn;
using directory::Entry;
using directory::Filter;
using directory::Modification;
using directory::Rdn;
using directory::Scope;
using test::dn;
using test::soon;

// 389 Directory Server: lower case, no composition. Active Directory: the same, and the final sigma is one.
std::string final_sigma_is_one(std::string_view text) {
  auto out = fold_surely(text);
  for (auto at = out.find("\u03c2"); at != std::string::npos; at = out.find("\u03c2"))
    out.replace(at, 2, "\u03c3");
  return out;
}

struct Server {
  const char* name;
  directory::Fold fold;
  bool spells_plus;  // a plus in a DN as OpenDJ writes it
};

struct Cut : std::runtime_error {
  Cut() : std::runtime_error("killed") {}
};

// Spells the DNs of entries in its own way, and breaks off before a change.
class Spelling final : public test::ForwardingDirectory {
 public:
  Spelling(directory::Directory& inner, bool plus) : ForwardingDirectory(inner), plus_(plus) {}

  int changes_until_cut = -1;

  Result<> search(const directory::SearchRequest& r, Deadline d, const Sink& sink) override {
    return ForwardingDirectory::search(r, d, [&](Entry&& entry) { return sink(spelled(std::move(entry))); });
  }
  std::vector<Result<std::vector<Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                     Deadline d) override {
    auto found = ForwardingDirectory::search_all(r, d);
    for (auto& one : found)
      if (one)
        for (auto& entry : *one) entry = spelled(std::move(entry));
    return found;
  }
  Result<std::optional<Entry>> apply(const Change& change, const std::vector<std::string>& read_back,
                                     Deadline d) override {
    if (changes_until_cut-- == 0) throw Cut();
    auto done = ForwardingDirectory::apply(change, read_back, d);
    if (done && *done) **done = spelled(std::move(**done));
    return done;
  }
  std::vector<Result<>> apply_all(std::span<const Change> changes, Deadline d) override {
    std::vector<Result<>> out;
    for (const auto& change : changes) {
      auto done = apply(change, {}, d);
      out.push_back(done ? Result<>() : Result<>(done.error()));
    }
    return out;
  }

 private:
  Entry spelled(Entry entry) const {
    auto text = entry.dn.str();
    for (auto at = text.find("\\2B"); plus_ && at != std::string::npos; at = text.find("\\2B"))
      text.replace(at, 3, "\\+");
    entry.dn = dn(text);
    return entry;
  }

  bool plus_;
};

class Renames : public testing::TestWithParam<Server> {
 protected:
  Renames()
      : twin_(GetParam().fold),
        directory_(twin_, GetParam().spells_plus),
        guard_({"c", {people, groups}, {}}),
        reconciler_(directory_, guard_, {"member", placeholder}, {groups}) {
    for (const auto& base : {dn("dc=x"), people, groups}) twin_.load({base, {{"objectClass", {"top"}}}});
    for (int i = 0; i < 3; ++i)
      twin_.load({group(i), {{"objectClass", {"groupOfNames"}}, {"member", {placeholder.str()}}}});
  }

  Dn group(int i) const { return groups.child(Rdn("cn", "g" + std::to_string(i))); }

  directory::SearchRequest by_id(const std::string& id) const {
    return {people,
            Scope::Subtree,
            Filter::equal("dirbridgeId", id),
            {"dirbridgeId", "dirbridgeConnection", "dirbridgeAlias", "dirbridgeResource", "uid"},
            0};
  }

  std::optional<Entry> entry_of(const std::string& id) {
    auto found = directory::search(directory_, by_id(id), soon()).value();
    EXPECT_EQ(found.size(), 1U) << id;
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

  // As the bridge makes somebody: nobody gets a name that is taken.
  bool add(const std::string& id, const std::string& name) {
    return directory_
        .apply({directory::Add{people.child(Rdn("uid", name)),
                               {{"objectClass", {"person"}},
                                {"uid", {name}},
                                {"dirbridgeId", {id}},
                                {"dirbridgeConnection", {"c"}}}},
                "test"},
               {}, soon())
        .has_value();
  }

  Result<Report> rename(const std::string& id, const std::string& name) {
    Task task;
    task.find = by_id(id);
    task.goal = [&](const std::optional<Entry>& entry) -> Result<EntryGoal> {
      if (!entry) return error(ErrorKind::NotFound, "gone");
      const bool same = entry->dn.rdn().value() == name;
      return EntryGoal{
          EntryGoal::Presence::Present,
          same ? entry->dn : people.child(Rdn("uid", name)),
          {exactly("uid", {name}), exactly("dirbridgeResource", {"{\"userName\":\"" + name + "\"}"})},
          "test",
          {}};
    };
    return reconciler_.run(task, soon());
  }

  void change_member(int g, Modification::Op op, const Dn& member) {
    directory::Modify modify{group(g), {{op, "member", {member.str()}}}, true, {}};
    if (op == Modification::Op::Add)
      modify.modifications.push_back({Modification::Op::Delete, "member", {placeholder.str()}});
    else
      modify.modifications.insert(modify.modifications.begin(),
                                  {Modification::Op::Add, "member", {placeholder.str()}});
    ASSERT_TRUE(directory_.apply({modify, "test"}, {}, soon()));
  }

  std::set<std::string> members(int g) {
    const auto entry = directory::read(directory_, group(g), {"member"}, soon()).value().value();
    const auto& values = entry.attributes.values("member");
    std::set<std::string> out(values.begin(), values.end());
    out.erase(placeholder.str());
    return out;
  }

  const Dn people = dn("ou=people,dc=x");
  const Dn groups = dn("ou=groups,dc=x");
  const Dn placeholder = dn("cn=placeholder");
  directory::MemoryDirectory twin_;
  Spelling directory_;
  Guard guard_;
  Reconciler reconciler_;
};

std::string id_of(std::size_t number) {
  auto digits = std::to_string(number);
  return "019aa000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

TEST_P(Renames, R3_EachMembershipStaysAndIsSpelledAsItsEntry) {
  const test::QuietLog quiet;
  constexpr unsigned seed = 20261130;
  test::RandomNames names(seed);
  std::vector<std::string> people_now;
  std::map<int, std::set<std::string>> model;  // group -> ids
  std::size_t made = 0, renamed = 0, cuts = 0;
  const auto some = [&] { return people_now[names.below(people_now.size())]; };
  for (int step = 0; step < test::steps(2'500, 300); ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
    const auto what = names.below(10);
    if (people_now.size() < 4) {
      const auto id = id_of(++made);
      if (add(id, names.next())) people_now.push_back(id);
    } else if (what < 7) {
      const auto id = some();
      const auto name = names.next();
      if (names.below(4) == 0) directory_.changes_until_cut = static_cast<int>(names.below(7));
      try {
        renamed += rename(id, name) ? 1 : 0;
      } catch (const Cut&) {
        ++cuts;
        directory_.changes_until_cut = -1;
        if (names.below(2) == 0)
          ASSERT_TRUE(reconciler_.settle(by_id(id), soon()));
        else
          (void)rename(id, names.below(2) == 0 ? name : names.next());
      }
      directory_.changes_until_cut = -1;
    } else if (what < 9) {
      const auto id = some();
      const auto g = static_cast<int>(names.below(3));
      const bool joins = names.below(3) != 0;
      change_member(g, joins ? Modification::Op::Add : Modification::Op::Delete, entry_of(id)->dn);
      if (joins)
        model[g].insert(id);
      else
        model[g].erase(id);
    } else {
      const auto id = some();
      Task task;
      task.find = by_id(id);
      task.goal = [&](const std::optional<Entry>& entry) -> Result<EntryGoal> {
        return EntryGoal{EntryGoal::Presence::Absent, entry ? entry->dn : Dn(), {}, "test", {}};
      };
      ASSERT_TRUE(reconciler_.run(task, soon()));
      std::erase(people_now, id);
      for (auto& [g, ids] : model) ids.erase(id);
    }
    for (int g = 0; g < 3; ++g) {
      std::set<std::string> expected;
      for (const auto& id : model[g]) expected.insert(entry_of(id)->dn.str());
      ASSERT_EQ(members(g), expected);
    }
  }
  EXPECT_GT(renamed, static_cast<std::size_t>(test::steps(700, 50)));
  EXPECT_GT(cuts, static_cast<std::size_t>(test::steps(150, 5)));
}

// Nobody inherits: the name that one had is another's, and the memberships went with the one.
TEST_P(Renames, C1_TheNextOfANameInheritsNothing) {
  const std::string small = "\u03bd\u03af\u03ba\u03bf\u03c2", capital = "\u039d\u038a\u039a\u039f\u03a3";
  ASSERT_TRUE(add(id_of(1), small));
  change_member(0, Modification::Op::Add, entry_of(id_of(1))->dn);
  ASSERT_TRUE(rename(id_of(1), capital));
  EXPECT_THAT(members(0), testing::ElementsAre(entry_of(id_of(1))->dn.str()));
  EXPECT_EQ(entry_of(id_of(1))->dn.rdn().value(), capital);
  if (!add(id_of(2), small)) return;  // one name to this server
  EXPECT_NE(*members(0).begin(), entry_of(id_of(2))->dn.str());
}

TEST_P(Renames, C3_SpellingAloneIsARename) {
  for (const auto& [from, to] : std::map<std::string, std::string>{
           {"ann", "ANN"}, {"Dev  Ops", "Dev Ops"}, {"Zo\u00eb", "Zoe\u0308"}, {"a+b", "A+B"}}) {
    ASSERT_TRUE(add(id_of(1), from));
    change_member(0, Modification::Op::Add, entry_of(id_of(1))->dn);
    ASSERT_TRUE(rename(id_of(1), to)) << from;
    EXPECT_EQ(entry_of(id_of(1))->dn.rdn().value(), to);
    EXPECT_THAT(members(0), testing::ElementsAre(entry_of(id_of(1))->dn.str()));
    EXPECT_TRUE(entry_of(id_of(1))->attributes.values("dirbridgeAlias").empty());
    ASSERT_TRUE(directory_.apply({directory::Delete{entry_of(id_of(1))->dn}, "test"}, {}, soon()));
    change_member(0, Modification::Op::Delete, dn(*members(0).begin()));
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Renames,
                         testing::Values(Server{"OpenLdap", fold_case, false},
                                         Server{"Ds389", fold_surely, false},
                                         Server{"ActiveDirectory", final_sigma_is_one, false},
                                         Server{"OpenDj", fold_case, true}),
                         [](const auto& suite) { return std::string(suite.param.name); });

}  // namespace
}  // namespace dirbridge::sync
