// What the directory takes for the same is the same, and nothing else: names, values, members.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "connection_fixture.hpp"
#include "support/random_names.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string sigma = "\u03bd\u03af\u03ba\u03bf\u03c2", capitals = "\u039d\u038a\u039a\u039f\u03a3";
const std::string composed_name = "zo\u00eb", decomposed_name = "zoe\u0308";

std::string quoted(const std::string& text) {
  return json::serialize(json::value(text));
}

class SameNames : public ConnectionFixture {
 protected:
  Result<provision::Patched> patch(provision::Resources& resources, const std::string& id,
                                   const std::string& path, const std::string& value) {
    return resources.patch(
        id,
        json::parse(R"({"Operations":[{"op":"replace","path":")" + path + "\",\"value\":" + value + "}]}"),
        {}, Members::Load, soon());
  }

  Result<json::object> post(const std::string& user_name, const std::string& more = {}) {
    return users().create(
        json::parse(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":)" +
                    quoted(user_name) + more + "}"),
        soon());
  }

  std::vector<std::string> found(provision::Resources& resources, const std::string& text) {
    provision::Query query;
    query.count = 100;
    query.members = Members::Leave;
    query.filter = scim::parse_filter(text, resources.type()).value();
    query.filter_text = text;
    const auto page = resources.list(query, soon());
    EXPECT_TRUE(page) << text << ": " << (page ? "" : page.error().detail);
    std::vector<std::string> out;
    if (page)
      for (const auto& resource : page->resources) out.push_back(id_of(resource));
    return out;
  }

  // The DN of the entry as the server spells it.
  std::string dn_of(const std::string& id) {
    const auto base = directory::Dn::parse(server().suffix()).value();
    const auto found = directory::search(
        connection().pool,
        {base, directory::Scope::Subtree, directory::Filter::equal("dirbridgeId", id), {"1.1"}, 0}, soon());
    EXPECT_TRUE(found && found->size() == 1) << id;
    return found && !found->empty() ? found->front().dn.str() : std::string();
  }
};

TEST_F(SameNames, C1_TheNextOfANameInheritsNothing) {
  const auto first = id_of(add_user(sigma));
  const auto team = id_of(add_group("team", {first}));
  ASSERT_TRUE(patch(users(), first, "userName", quoted(capitals)));
  EXPECT_THAT(values(group_dn("team"), "member"), ElementsAre(dn_of(first)));
  const auto second = id_of(add_user(sigma));
  EXPECT_THAT(member_ids(group(team)), ElementsAre(first));
  EXPECT_NE(dn_of(second), values(group_dn("team"), "member").front());
}

TEST_F(SameNames, C1_HerOwnNameInAnotherSpellingIsNoConflict) {
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{composed_name, decomposed_name},
                                                        {"eva b", "eva\u00a0b"},
                                                        {"\u017fam", "SAM"},
                                                        {"\uff41nn", "Ann"}}) {
    const auto id = id_of(add_user(from));
    const auto team = id_of(add_group("team of " + from, {id}));
    for (const auto& name : {to, from}) {
      const auto renamed = patch(users(), id, "userName", quoted(name));
      ASSERT_TRUE(renamed) << name << ": " << renamed.error().detail;
      EXPECT_EQ(renamed->resource.at("userName"), json::value(name));
      EXPECT_THAT(values(group_dn("team of " + from), "member"), ElementsAre(dn_of(id)));
      EXPECT_THAT(values(dn_of(id), "uid"), ElementsAre(name));
      EXPECT_THAT(values(dn_of(id), "dirbridgeAlias"), IsEmpty());
    }
    EXPECT_THAT(member_ids(group(team)), ElementsAre(id));
  }
}

TEST_F(SameNames, C2_ValuesThatAreOneToTheDirectoryAreNoConflict) {
  const std::string mails = R"(,"emails":[{"value":"a@x.org","type":"work"},{"value":"a@x.org "},)"
                            R"({"value":"zo\u00eb@x.org"},{"value":"zoe\u0308@x.org"}])";
  const auto made = post("ann", mails);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_THAT(made->at("emails").get_array(), SizeIs(4)) << "the record keeps what was written";
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeMail"), SizeIs(2));
  const auto changed = patch(users(), id_of(*made), "emails",
                             R"([{"value":"b@x.org"},{"value":"b@x.org "},{"value":"B@X.org"}])");
  ASSERT_TRUE(changed) << changed.error().detail;
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeMail"), ElementsAre("b@x.org"));
}

TEST_F(SameNames, A4_WhoLeavesWithTheSameMailTwiceLeaves) {
  const auto ann = id_of(add_user("ann"));
  const auto left = users().replace(
      ann,
      json::parse(
          R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ann","active":false,)"
          R"("emails":[{"value":"a@x.org"},{"value":"a@x.org "}]})"),
      {}, soon());
  ASSERT_TRUE(left) << left.error().detail;
  EXPECT_THAT(values(user_dn("ann"), "dirbridgeActive"), ElementsAre("FALSE"));
}

TEST_F(SameNames, C2_PendingMembersThatAreOneAreNoConflict) {
  const auto team = id_of(add_group("team", {"x", "x "}));
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), ElementsAre("x"));
  patch_group(team,
              R"([{"op":"add","path":"members","value":[{"value":"y"},{"value":"y "},{"value":" x"}]}])");
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), UnorderedElementsAre("x", "y"));
  patch_group(team, R"([{"op":"remove","path":"members","value":[{"value":"x "}]}])");
  EXPECT_THAT(values(group_dn("team"), "dirbridgePendingMember"), ElementsAre("y"));
}

TEST_F(SameNames, C3_SpellingAloneReachesEveryGroup) {
  connection().rules.group_options.on_rename = mapping::GroupOptions::OnRename::Follow;
  const auto ann = id_of(add_user("ann"));
  const auto team = id_of(add_group("Dev  Ops", {ann}));
  add_group("outer", {team, ann});
  ASSERT_TRUE(patch(users(), ann, "userName", "\"ANN\""));
  ASSERT_TRUE(patch(groups(), team, "displayName", "\"Dev Ops\""));
  EXPECT_EQ(dn_of(team), group_dn("Dev Ops"));
  EXPECT_EQ(dn_of(ann), user_dn("ANN"));
  EXPECT_THAT(values(group_dn("Dev Ops"), "member"), ElementsAre(user_dn("ANN")));
  EXPECT_THAT(values(group_dn("outer"), "member"), UnorderedElementsAre(user_dn("ANN"), group_dn("Dev Ops")));
}

TEST_F(SameNames, G6_AFilterFindsTheOneThatItNames) {
  const auto sharp = id_of(add_user("m.Strau\u00df"));
  const auto plain = id_of(add_user("m.Strauss"));
  EXPECT_THAT(found(users(), "userName eq \"m.Strau\u00df\""), ElementsAre(sharp));
  EXPECT_THAT(found(users(), R"(userName eq "M.STRAUSS")"), ElementsAre(plain));
  const auto zoe = id_of(add_user(decomposed_name));
  EXPECT_THAT(found(users(), "userName eq " + quoted(composed_name)), ElementsAre(zoe));
  EXPECT_FALSE(post(composed_name));
  const auto team = id_of(add_group("a  b", {}));
  EXPECT_THAT(found(groups(), "displayName eq \"A\u00a0b\""), ElementsAre(team));
}

// Whether a name is free, and who is found by it, are one question.
TEST_F(SameNames, R3_AFilterFindsWhoeverIsInTheWay) {
  constexpr unsigned seed = 7;
  RandomNames names(seed);
  for (int step = 0; step < 150; ++step) {
    const auto name = names.next();
    const auto there = found(users(), "userName eq " + quoted(name));
    const auto made = post(name);
    if (!made && made.error().kind == ErrorKind::InvalidValue)
      continue;  // it begins or ends with what nobody sees
    ASSERT_EQ(made.has_value(), there.empty())
        << "seed " << seed << " step " << step << ' ' << name << (made ? "" : ": " + made.error().detail);
    if (names.below(3) == 0 && !there.empty()) {
      ASSERT_TRUE(users().remove(there.front(), {}, soon()));
    }
  }
}

}  // namespace
}  // namespace dirbridge::test
