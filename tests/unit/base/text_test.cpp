#include "base/text.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/uuid.hpp"

namespace dirbridge {
namespace {

TEST(Text, ComparesAsciiCaseInsensitively) {
  EXPECT_TRUE(iequals("userName", "USERNAME"));
  EXPECT_FALSE(iequals("userName", "userNam"));
  EXPECT_FALSE(iequals("\xC3\x84", "\xC3\xA4"));  // not ASCII: left to fold_case
  EXPECT_TRUE(istarts_with("urn:IETF:x", "URN:ietf"));
}

TEST(Text, FoldsUnicodeCase) {
  EXPECT_EQ(fold_case("BJensen"), "bjensen");
  EXPECT_EQ(fold_case("\xC3\x84RGER"), "\xC3\xA4rger");
  EXPECT_NE(fold_case("stra\u00dfe"), fold_case("strasse"));
  EXPECT_NE(fold_case("\u03c2"), fold_case("\u03a3")) << "the final sigma is a letter of its own";
  EXPECT_EQ(fold_case("Zoe\u0308"), fold_case("ZO\u00cb"));
  EXPECT_EQ(fold_case("a\u00a0b"), "a b");
}

TEST(Text, FoldsSurelyWhatEachServerFolds) {
  EXPECT_EQ(fold_surely("\xC3\x84RGER \u039d\u038a\u039a"), "\xC3\xA4rger \u03bd\u03af\u03ba");
  for (const auto* alone : {"\u03c2", "\u017f", "\u0130", "\u0131", "\u00df", "\u1e9e", "\u212a", "e\u0308",
                            "\u00a0", "\uff41", "\U00010400"})
    EXPECT_EQ(fold_surely(alone), alone);
}

TEST(Text, FoldsWidelyWhatAnyServerFolds) {
  for (const auto& [one, other] : std::vector<std::pair<const char*, const char*>>{{"Stra\u00dfe", "STRASSE"},
                                                                                   {"\u03c2", "\u03a3"},
                                                                                   {"Zoe\u0308", "zo\u00eb"},
                                                                                   {"a\u00a0 b", "ab"},
                                                                                   {"\uff41", "A"},
                                                                                   {"\u017f", "S"},
                                                                                   {"x\u200b", "X"},
                                                                                   {"\u0130z", "iz"},
                                                                                   {"I\u0307z", "iz"},
                                                                                   {"+49 30-1", "+49301"}})
    EXPECT_EQ(fold_widely(one), fold_widely(other)) << one;
}

TEST(Text, AcceptsOnlyWellFormedUtf8) {
  EXPECT_TRUE(is_utf8("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));          // overlong NUL
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut off
}

TEST(Text, EncodesBase64) {
  EXPECT_EQ(to_base64("Ma"), "TWE=");
  EXPECT_EQ(to_base64url("\xFB\xFF"), "-_8");
  EXPECT_EQ(to_base64(""), "");
}

TEST(Text, SuggestsTheClosestKey) {
  const std::vector<std::string> known{"listen", "public_url", "tls"};
  EXPECT_EQ(closest("lisen", known), "listen");
  EXPECT_EQ(closest("publicUrl", known), "public_url");
  EXPECT_FALSE(closest("completely_other", known));
}

TEST(Uuid, SortsByCreationAndIsCanonical) {
  const WallTime early{std::chrono::milliseconds{1'700'000'000'000}};
  const auto a = new_uuid(early);
  const auto b = new_uuid(early + std::chrono::microseconds{1});
  EXPECT_TRUE(is_uuid(a));
  EXPECT_EQ(a[14], '7');
  EXPECT_LT(a, b);
  EXPECT_FALSE(is_uuid("not-a-uuid"));
  EXPECT_EQ(uuid_time(a), std::chrono::floor<std::chrono::milliseconds>(early));
  EXPECT_FALSE(uuid_time(named_uuid("a name")));
  EXPECT_FALSE(uuid_time("not-a-uuid"));
  EXPECT_FALSE(is_uuid(a + "0"));
}

TEST(Clock, WritesXsdDateTime) {
  EXPECT_EQ(to_date_time(WallTime{std::chrono::milliseconds{1'700'000'000'042}}), "2023-11-14T22:13:20.042Z");
}

TEST(Text, LetterCaseIsThatOfUnicodeAndOfNoLanguage) {
  EXPECT_EQ(lower_case("\xC3\x84"
                       "RGER I"),
            "\xC3\xA4"
            "rger i");
  EXPECT_EQ(upper_case("stra\xC3\x9F"
                       "e i"),
            "STRASSE I");
  EXPECT_EQ(to_utf8(code_points("a\xC3\xA4\xF0\x9F\x98\x80")), "a\xC3\xA4\xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace dirbridge
