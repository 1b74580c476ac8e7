// What changes take away in the end.
#include "operate/losses.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "support/dn.hpp"

namespace dirbridge::operate {
namespace {

using directory::Change;
using directory::Modification;
using directory::Modify;
using test::dn;
using Op = Modification::Op;

class LossesTest : public testing::Test {
 protected:
  LossesTest() {
    rules_.user_base = dn("ou=people");
    rules_.group_base = dn("ou=groups");
    rules_.bridge_base = dn("ou=dirbridge");
    rules_.group_shape.placeholder = dn("cn=placeholder");
  }
  void change(const std::string& entry, Op op, const std::string& attribute,
              const std::vector<std::string>& values) {
    changes_.push_back({Modify{dn(entry), {{op, attribute, values}}, true, {}}, "test"});
  }
  Losses losses() const { return losses_of(changes_, rules_); }

  mapping::Rules rules_;
  std::vector<Change> changes_;
};

TEST_F(LossesTest, B5_MembershipsAndPeopleThatEnd) {
  change("cn=devs,ou=groups", Op::Delete, "member",
         {"uid=ann,ou=people", "uid=ben,ou=people", "cn=placeholder"});
  change("cn=devs,ou=groups", Op::Add, "member", {"UID=Ben,ou=people"});
  change("dirbridgeDisplayName=Staff,ou=dirbridge", Op::Delete, "member", {"uid=ann,ou=people"});
  change("uid=eve,ou=people", Op::Replace, "dirbridgeActive", {"FALSE"});
  change("uid=fay,ou=people", Op::Replace, "dirbridgeActive", {"TRUE"});
  changes_.push_back({directory::Delete{dn("uid=old,ou=people"), {}}, "test"});
  changes_.push_back({directory::Delete{dn("cn=old,ou=groups"), {}}, "test"});
  EXPECT_EQ(losses().memberships, 1U);
  EXPECT_EQ(losses().people, 2U);
  EXPECT_EQ(losses().groups, 1U);
  EXPECT_EQ(to_json(losses()), (boost::json::object{{"memberships", 1U}, {"people", 2U}, {"groups", 1U}}));
}

TEST_F(LossesTest, B5_RenamesTakeNothing) {
  change("cn=devs,ou=groups", Op::Add, "member", {"uid=anna,ou=people"});
  changes_.push_back({directory::Rename{dn("uid=ann,ou=people"), {"uid", "anna"}, {}}, "test"});
  change("cn=devs,ou=groups", Op::Delete, "member", {"uid=ann,ou=people"});
  changes_.push_back({directory::Rename{dn("cn=devs,ou=groups"), {"cn", "crew"}, {}}, "test"});
  EXPECT_FALSE(losses().any());
  change("cn=crew,ou=groups", Op::Delete, "member", {"uid=anna,ou=people"});
  EXPECT_EQ(losses().memberships, 1U);
}

}  // namespace
}  // namespace dirbridge::operate
