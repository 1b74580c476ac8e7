// The longest names that a server takes, and one byte more.
#include <gmock/gmock.h>

#include "connection_fixture.hpp"

namespace dirbridge::test {
namespace {

class NameLength : public ConnectionFixture {
 protected:
  static json::value user(const std::string& name) {
    return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:User"}},
                        {"userName", name}};
  }
  static json::value group(const std::string& name) {
    return json::object{{"schemas", json::array{"urn:ietf:params:scim:schemas:core:2.0:Group"}},
                        {"displayName", name}};
  }
  static void expect_refused(const Result<json::object>& made, const std::string& field) {
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::InvalidValue) << made.error().detail;
    EXPECT_EQ(made.error().field, field);
  }
};

TEST_F(NameLength, C5_LongNamesAreRefusedByTheirFieldAndLimit) {
  EXPECT_TRUE(users().create(user(std::string(241, 'a')), soon()));
  EXPECT_TRUE(groups().create(group(std::string(242, 'a')), soon()));
  for (const std::size_t length : {242U, 255U, 1'000U, 8'140U, 20'000U})
    expect_refused(users().create(user(std::string(length, 'b')), soon()), "userName");
  for (const std::size_t length : {243U, 255U, 1'000U, 8'140U, 20'000U})
    expect_refused(groups().create(group(std::string(length, 'b')), soon()), "displayName");
}

TEST_F(NameLength, C5_NamesOfRecordsAreTheSame) {
  TestConnection kept(server(), "entra", [](mapping::Rules& rules) {
    rules.user_options.import = false;
    rules.group_options.on_the_fly = false;
  });
  EXPECT_TRUE(kept.users->create(user(std::string(227, 'a')), soon()));
  EXPECT_TRUE(kept.groups->create(group(std::string(224, 'a')), soon()));
  expect_refused(kept.users->create(user(std::string(228, 'b')), soon()), "userName");
  expect_refused(kept.groups->create(group(std::string(225, 'b')), soon()), "displayName");
}

}  // namespace
}  // namespace dirbridge::test
