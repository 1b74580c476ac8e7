// Entries that are named by something else than the login: cn={displayName}.
#include "lived_in_fixture.hpp"

namespace dirbridge::test {
namespace {

using testing::Contains;
using testing::ElementsAre;

class UserRdn : public LivedIn {
 protected:
  void SetUp() override {
    LivedIn::SetUp();
    reopen(by_display_name);
  }

  static void by_display_name(mapping::Rules& rules) {
    rules.user_rdn = mapping::ValueRule{
        "cn", mapping::Template::parse("{displayName}", scim::standard_catalog().user).value()};
  }
  std::string post_named(const std::string& login, const std::string& display_name) {
    return post(login, R"("displayName":")" + display_name + '"');
  }
  std::string named(const std::string& cn) { return "cn=" + cn + "," + server().user_base(); }
  std::string aside() { return "ou=leavers," + server().group_base(); }
};

TEST_F(UserRdn, B2_ANewEntryIsNamedByIt) {
  const auto id = post_named("ann", "Ann Lee");
  EXPECT_THAT(found_by_login("ann"), ElementsAre(named("Ann Lee")));
  EXPECT_THAT(values(named("Ann Lee"), "cn"), ElementsAre("Ann Lee"));
  EXPECT_THAT(values(named("Ann Lee"), "uid"), ElementsAre("ann"));
  const auto again = try_post("ann");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Uniqueness);
  ASSERT_TRUE(try_remove(id));
  EXPECT_EQ(post_named("ann", "Ann Lee"), id);
}

TEST_F(UserRdn, B2_WhoHasTheSameNameIsToldApartByTheLogin) {
  by_hand(named("Ann Lee"), "uid: other\ncn: Ann Lee\nsn: Lee\n");
  post_named("ann", "Ann Lee");
  EXPECT_THAT(found_by_login("ann"), ElementsAre(named("Ann Lee (ann)")));
  EXPECT_THAT(values(named("Ann Lee (ann)"), "cn"), Contains("Ann Lee (ann)"));
  EXPECT_THAT(values(named("Ann Lee (ann)"), "displayName"), ElementsAre("Ann Lee"));
}

TEST_F(UserRdn, B2_WhoHasNoUsableNameIsNamedByTheLogin) {
  post("bob");
  post_named("cay", std::string(250, 'n'));
  EXPECT_THAT(found_by_login("bob"), ElementsAre(user_dn("bob")));
  EXPECT_THAT(found_by_login("cay"), ElementsAre(user_dn("cay")));
}

TEST_F(UserRdn, B2_TheEntryKeepsItsNameWhateverChanges) {
  const auto id = post_named("ann", "Ann Lee");
  patch(id, R"({"userName":"ann.moss","displayName":"Ann Moss"})");
  EXPECT_THAT(found_by_login("ann.moss"), ElementsAre(named("Ann Lee")));
  EXPECT_THAT(found_by_login("ann"), testing::IsEmpty());
  EXPECT_THAT(values(named("Ann Lee"), "displayName"), ElementsAre("Ann Moss"));
  EXPECT_TRUE(try_apply(id));
  EXPECT_THAT(found_by_login("ann.moss"), ElementsAre(named("Ann Lee")));
}

TEST_F(UserRdn, R1_TwoOfOneNameLeaveForOnePlaceAndComeBack) {
  reopen([&](mapping::Rules& rules) {
    by_display_name(rules);
    rules.disable.move_to = directory::Dn::parse(aside()).value();
  });
  const auto ann = post_named("ann", "Ann Lee");
  patch(ann, R"({"active":false})");
  EXPECT_TRUE(exists("cn=Ann Lee," + aside()));
  const auto other = post_named("al2", "Ann Lee");
  EXPECT_THAT(found_by_login("al2"), ElementsAre(named("Ann Lee")));
  patch(other, R"({"active":false})");
  EXPECT_TRUE(exists("cn=Ann Lee (al2)," + aside()));
  patch(other, R"({"active":true})");
  patch(ann, R"({"active":true})");
  EXPECT_THAT(found_by_login("al2"), ElementsAre(named("Ann Lee (al2)")));
  EXPECT_THAT(found_by_login("ann"), ElementsAre(named("Ann Lee")));
}

TEST_F(UserRdn, B2_WhoGetsAnEntryLaterIsNamedByIt) {
  reopen([](mapping::Rules& rules) { rules.user_options.import = false; });
  const auto id = post_named("ann", "Ann Lee");
  by_hand(named("Ann Lee"), "uid: other\ncn: Ann Lee\nsn: Lee\n");
  reopen(by_display_name);
  EXPECT_TRUE(try_apply(id));
  EXPECT_THAT(found_by_login("ann"), ElementsAre(named("Ann Lee (ann)")));
}

}  // namespace
}  // namespace dirbridge::test
