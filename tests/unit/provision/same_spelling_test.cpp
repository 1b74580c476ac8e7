// What only the directory takes for the same is the same (R3, design rule 17).
#include <gtest/gtest.h>

#include "support/memory_connection.hpp"
#include "support/scim_messages.hpp"
#include "support/soon.hpp"

namespace dirbridge::test {
namespace {

const std::string comma = "a,b";
const std::string wide_comma = "a\uff0cb";  // one text to the directory

class SameSpelling : public testing::Test {
 protected:
  std::string add(provision::Resources& resources, const boost::json::object& body) {
    const auto made = resources.create(body, soon());
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? std::string(made->at("id").as_string()) : std::string();
  }
  std::string add_group(const std::string& member) {
    auto body = group_message("team");
    body["members"] = members_of({member});
    return add(*connection_.groups, body);
  }
  boost::json::array members(const std::string& group) {
    const auto found = connection_.groups->find(group, provision::Members::Load, soon());
    const auto* list = found ? found->if_contains("members") : nullptr;
    return list ? list->get_array() : boost::json::array();
  }

  MemoryWorld world_;
  MemoryConnection connection_{world_};
};

TEST_F(SameSpelling, R3_AMemberIsFoundByAnExternalIdInAnotherSpelling) {
  auto body = user_message("ann");
  body["externalId"] = comma;
  const auto ann = add(*connection_.users, body);
  const auto team = add_group(wide_comma);
  ASSERT_EQ(members(team).size(), 1U);
  EXPECT_EQ(members(team).front().at("value").as_string(), ann);
}

TEST_F(SameSpelling, R3_WhoComesUnderAnExternalIdInAnotherSpellingIsWaitedFor) {
  const auto team = add_group(wide_comma);
  auto body = user_message("ann");
  body["externalId"] = comma;
  const auto ann = add(*connection_.users, body);
  ASSERT_EQ(members(team).size(), 1U);
  EXPECT_EQ(members(team).front().at("value").as_string(), ann);
}

TEST_F(SameSpelling, R3_AMemberToComeIsTakenAwayInAnotherSpelling) {
  const auto team = add_group(comma);
  const auto done =
      connection_.groups->patch(team, patch_message("remove", "members", members_of({wide_comma})), {},
                                provision::Members::Leave, soon());
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_TRUE(members(team).empty());
}

}  // namespace
}  // namespace dirbridge::test
