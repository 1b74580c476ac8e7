// The directory in memory against slapd: the same random changes and searches, the same answers and the same
// entries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "directory/matching.hpp"
#include "directory/memory_directory.hpp"
#include "integration/ldap/pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Change;
using directory::Dn;
using directory::Filter;
using directory::Modification;
using directory::Rdn;
using directory::Scope;

class Twin : public SlapdFixture {
 protected:
  void SetUp() override {
    SlapdFixture::SetUp();
    pool_ = std::make_unique<ldap::Pool>(settings_for(server()));
    for (const auto& entry : content()) twin_.load(entry);
  }

  void TearDown() override {
    pool_.reset();
    SlapdFixture::TearDown();
  }
  ldap::Pool& pool() { return *pool_; }

  std::vector<directory::Entry> content() {
    return directory::search(
               pool(), {dn(server().suffix()), Scope::Subtree, Filter::everything(), wanted_, 0}, soon())
        .value();
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  template <class List>
  const auto& one_of(const List& list) {
    return list[below(list.size())];
  }

  std::string name() {
    return one_of(std::vector<std::string>{"ada", "Ada", "bob", "b,o\"b", "müller", "MU\u0308LLER", "x  y",
                                           "x y", "x\u00a0y", "\u03ba\u03bf\u03c2", "\u039a\u039f\u03a3",
                                           "\u0130a", "ia", "\u017fa", "sa", "\uff58 y"});
  }
  Dn person() { return dn(server().user_base()).child(Rdn("uid", name())); }
  Dn group() { return dn(server().group_base()).child(Rdn("cn", name())); }
  std::string value_of(const std::string& attribute) {
    if (attribute == "member") return (below(5) == 0 ? group() : person()).str();
    return one_of(std::vector<std::string>{"a", "A", "b b", "b  b", "Straße", "c*d", "2026"});
  }

  Change change() {
    switch (below(8)) {
      case 0: {
        auto who = person();
        return {directory::Add{who,
                               {{"objectClass", {"inetOrgPerson", "dirbridgeUser"}},
                                {"uid", {who.rdn().value()}},
                                {"cn", {value_of("cn")}},
                                {"sn", {value_of("sn")}},
                                {"dirbridgeId", {new_id()}},
                                {"dirbridgeConnection", {one_of(std::vector<std::string>{"x", "X"})}}}},
                "test"};
      }
      case 1: {
        auto which = group();
        return {directory::Add{which,
                               {{"objectClass", {"groupOfNames", "dirbridgeGroup"}},
                                {"cn", {which.rdn().value()}},
                                {"member", {value_of("member")}},
                                {"dirbridgeId", {new_id()}},
                                {"dirbridgeConnection", {"x"}}}},
                "test"};
      }
      case 2: {
        directory::Delete removal{below(2) ? person() : group()};
        if (below(3) == 0) removal.only_if = filter(1);
        return {removal, "test"};
      }
      case 3:
        return below(2) ? Change{directory::Rename{person(), Rdn("uid", name()), std::nullopt}, "test"}
                        : Change{directory::Rename{group(), Rdn("cn", name()), std::nullopt}, "test"};
      default:
        return {modify(), "test"};
    }
  }

  directory::Modify modify() {
    directory::Modify out{person(), {}, below(2) == 0, std::nullopt};
    std::vector<std::string> attributes{"description", "dirbridgeExternalId", "dirbridgeMail"};
    if (below(2)) {
      out.dn = group();
      attributes = {"member", "description", "dirbridgePendingMember"};
    }
    for (std::size_t i = 0; i <= below(2); ++i) {
      const std::string attribute = one_of(attributes);
      std::erase(attributes,
                 attribute);  // slapd 2.5 may refuse a permissive delete after a replace of the same
      const auto op =
          one_of(std::vector{Modification::Op::Add, Modification::Op::Delete, Modification::Op::Replace});
      Modification m{op, attribute, {}};
      const bool single = attribute == "dirbridgeExternalId";
      if (op == Modification::Op::Add || below(4) != 0) m.values.push_back(value_of(attribute));
      if (!single && !m.values.empty() && below(3) == 0) {
        auto other = value_of(attribute);
        const auto key = [&](const std::string& value) { return directory::matching_key(attribute, value); };
        // What becomes of a value twice in a permissive change is for the pool to find out.
        if (!out.permissive || key(other) != key(m.values.front())) m.values.push_back(std::move(other));
      }
      if (single && op == Modification::Op::Add) m.op = Modification::Op::Replace;
      out.modifications.push_back(std::move(m));
    }
    if (below(3) == 0) out.only_if = filter(1);
    return out;
  }

  Filter filter(int depth) {
    const auto attribute =
        one_of(std::vector<std::string>{"description", "dirbridgeExternalId", "dirbridgeMail", "member",
                                        "uid", "dirbridgeConnection", "objectClass"});
    const auto value = attribute == "objectClass" ? "INETorgPerson"
                       : attribute == "uid"       ? name()
                                                  : value_of(attribute);
    switch (below(depth > 0 ? 7 : 4)) {
      case 0:
        return Filter::present(attribute);
      case 1:
        return (attribute == "description" || attribute == "uid") && is_ascii(value.substr(0, 1))
                   ? Filter::contains(attribute, value.substr(0, 1))
                   : Filter::equal(attribute, value);
      case 4:
        return Filter::all_of({filter(depth - 1), filter(depth - 1)});
      case 5:
        return Filter::any_of({filter(depth - 1), filter(depth - 1)});
      case 6:
        return Filter::negation(filter(depth - 1));
      default:
        return Filter::equal(attribute, value);
    }
  }

  static std::string new_id() {
    static int count = 0;
    auto digits = std::to_string(++count);
    return "019aa000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

  static std::vector<std::string> shown(const std::vector<directory::Entry>& entries) {
    std::vector<std::string> out;
    for (const auto& entry : entries) {
      std::vector<std::string> lines;
      for (const auto& attribute : entry.attributes)
        for (const auto& value : attribute.values) lines.push_back(attribute.name + ": " + value);
      std::sort(lines.begin(), lines.end());
      auto text = entry.dn.str();
      for (const auto& line : lines) text += "\n  " + line;
      out.push_back(std::move(text));
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  const std::vector<std::string> wanted_{"objectClass",
                                         "uid",
                                         "cn",
                                         "sn",
                                         "description",
                                         "member",
                                         "dirbridgeId",
                                         "dirbridgeConnection",
                                         "dirbridgeExternalId",
                                         "dirbridgeMail",
                                         "dirbridgePendingMember"};
  std::unique_ptr<ldap::Pool> pool_;
  directory::MemoryDirectory twin_;
  std::mt19937 random_{20261122};
};

std::string answer(const Result<std::optional<directory::Entry>>& result) {
  return result ? "done" : std::string(to_string(result.error().kind)) + " " + result.error().field;
}

TEST_F(Twin, AnswersAsSlapdDoes) {
  std::size_t done = 0;
  for (int i = 0; i < 3'000; ++i) {
    const auto change = this->change();
    const auto real = pool().apply(change, {}, soon());
    ASSERT_EQ(answer(real), answer(twin_.apply(change, {}, soon()))) << to_ldif(change);
    done += real ? 1 : 0;
    if (i % 10 != 0) continue;
    const directory::SearchRequest search{dn(server().suffix()), Scope::Subtree, filter(2), wanted_, 0};
    const auto found = directory::search(pool(), search, soon());
    ASSERT_EQ(shown(found.value()), shown(directory::search(twin_, search, soon()).value()))
        << search.filter.str();
  }
  EXPECT_GT(done, 500U) << "the changes are mostly refused: the test says little";
}

TEST_F(Twin, KeepsTheChangesThatChangedSomething) {
  const Change add{directory::Add{dn("cn=g," + server().group_base()),
                                  {{"objectClass", {"groupOfNames"}}, {"cn", {"g"}}, {"member", {"cn=a"}}}},
                   "test"};
  const directory::Modify same{
      dn("cn=g," + server().group_base()), {{Modification::Op::Add, "member", {"CN=A"}}}, true, {}};
  ASSERT_TRUE(twin_.apply(add, {}, soon()));
  ASSERT_TRUE(twin_.apply({same, "test"}, {}, soon()));
  EXPECT_FALSE(twin_.apply(add, {}, soon()));
  EXPECT_EQ(twin_.changes().size(), 1U);
}

}  // namespace
}  // namespace dirbridge::test
