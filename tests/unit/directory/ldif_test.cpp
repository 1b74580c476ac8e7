#include <gtest/gtest.h>

#include "directory/change.hpp"

namespace dirbridge::directory {
namespace {

const Dn bob = Dn::parse("uid=bob,dc=x").value();

TEST(Ldif, WritesEachChange) {
  EXPECT_EQ(to_ldif(Change{
                Modify{bob,
                       {{Modification::Op::Add, "member", {"cn=a"}}, {Modification::Op::Delete, "title", {}}},
                       true,
                       {}},
                "PATCH members"}),
            "# PATCH members\ndn: uid=bob,dc=x\nchangetype: modify\nadd: member\nmember: cn=a\n-\ndelete: "
            "title\n-\n");
  EXPECT_EQ(to_ldif(Change{Rename{bob, {"uid", "rob"}, {}}, ""}),
            "dn: uid=bob,dc=x\nchangetype: modrdn\nnewrdn: uid=rob\ndeleteoldrdn: 1\n");
  EXPECT_EQ(to_ldif(Change{Delete{bob}, "why\nnot"}), "# why not\ndn: uid=bob,dc=x\nchangetype: delete\n");
}

TEST(Ldif, HidesPasswordsAndEncodesTheRest) {
  const auto text = to_ldif(Change{Add{bob, {{"userPassword", {"s3cret"}}, {"cn", {"\xC3\xA9", " x"}}}}, ""});
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_NE(text.find("cn:: w6k=\n"), std::string::npos);
  EXPECT_NE(text.find("cn:: IHg=\n"), std::string::npos);
}

TEST(Attributes, LookUpByAnyCase) {
  Attributes attributes{{"objectClass", {"top", "person"}}};
  EXPECT_TRUE(attributes.has_value("OBJECTCLASS", "Person"));
  attributes.set("objectclass", {});
  EXPECT_TRUE(attributes.empty());
  attributes.add("mail", "a");
  attributes.add("MAIL", "b");
  EXPECT_EQ(attributes.find("Mail")->size(), 2U);
  EXPECT_EQ(attributes.first("none"), "");
}

}  // namespace
}  // namespace dirbridge::directory
