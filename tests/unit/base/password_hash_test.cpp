#include "base/password_hash.hpp"

#include <crypt.h>
#include <gtest/gtest.h>

namespace dirbridge {
namespace {

TEST(PasswordHash, IsWhatCryptChecks) {
  const auto hash = password_hash(Secret("t1meMa$heen"));
  ASSERT_TRUE(hash);
  ASSERT_EQ(hash->substr(0, 10), "{CRYPT}$6$");
  const auto stored = hash->substr(7);
  EXPECT_EQ(std::string(crypt("t1meMa$heen", stored.c_str())), stored);
  EXPECT_NE(std::string(crypt("t1meMa$heem", stored.c_str())), stored);
  EXPECT_EQ(hash->find("t1me"), std::string::npos);
}

TEST(PasswordHash, HasASaltOfItsOwn) {
  EXPECT_NE(*password_hash(Secret("same")), *password_hash(Secret("same")));
}

TEST(PasswordHash, RefusesWhatCryptWouldCut) {
  EXPECT_TRUE(password_hash(Secret(std::string(511, 'x'))));
  for (const auto& bad : {std::string(512, 'x'), std::string("a\0b", 3)}) {
    const auto hash = password_hash(Secret(bad));
    ASSERT_FALSE(hash);
    EXPECT_EQ(hash.error().kind, ErrorKind::InvalidValue);
    EXPECT_EQ(hash.error().field, "password");
    EXPECT_EQ(hash.error().detail.find(bad), std::string::npos);
  }
}

}  // namespace
}  // namespace dirbridge
