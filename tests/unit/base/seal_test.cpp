#include "base/seal.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace dirbridge {
namespace {

const Secret key(std::string(32, '\x07'));

TEST(Seal, OpensWithItsKeyAndContextOnly) {
  const auto sealed = seal(key, "where we were", "users");
  EXPECT_EQ(sealed.size(), 13 + seal_overhead);
  EXPECT_EQ(unseal(key, sealed, "users"), "where we were");
  EXPECT_FALSE(unseal(key, sealed, "groups"));
  EXPECT_FALSE(unseal(Secret(std::string(32, '\x08')), sealed, "users"));
  EXPECT_EQ(unseal(key, seal(key, "", ""), ""), "");
}

TEST(Seal, NoticesEveryChange) {
  const auto sealed = seal(key, "abc", "c");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(unseal(key, changed, "c")) << i;
    EXPECT_FALSE(unseal(key, std::string_view(sealed).substr(0, i), "c")) << i;
  }
}

TEST(Seal, NeverSealsAlike) {
  EXPECT_NE(seal(key, "abc", "c"), seal(key, "abc", "c"));
}

TEST(Base64Url, ReadsWhatItWritesAndNothingElse) {
  for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\xFE\xFD\xFC"})
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  for (const auto* text : {"A", "QR", "QQ==", "a b", "+A", "QUI/", "QQQQQ"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace dirbridge
