#include "base/secret.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace dirbridge {
namespace {

class SecretFile : public testing::Test {
 protected:
  SecretFile() {
    char pattern[] = "/tmp/dirbridge-secret-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~SecretFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text, int mode) {
    const auto path = folder_ / "secret";
    std::ofstream(path) << text;
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    return path.string();
  }

  std::filesystem::path folder_;
};

TEST_F(SecretFile, TakesTheFirstLine) {
  const auto secret = read_secret_file(write("s3cret\r\nsecond\n", 0600));
  ASSERT_TRUE(secret) << secret.error().detail;
  EXPECT_EQ(secret->reveal(), "s3cret");
}

TEST_F(SecretFile, RefusesWhatOthersCanRead) {
  const auto secret = read_secret_file(write("s3cret\n", 0644));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().kind, ErrorKind::Forbidden);
  EXPECT_EQ(secret.error().detail.find("s3cret"), std::string::npos);
}

TEST_F(SecretFile, RefusesEmptyAndMissing) {
  EXPECT_FALSE(read_secret_file(write("\n", 0600)));
  EXPECT_FALSE(read_secret_file((folder_ / "absent").string()));
}

TEST(Token, IsRandomAndStoredAsHash) {
  const auto token = new_token();
  EXPECT_NE(token, new_token());
  EXPECT_EQ(token.size(), 5U + 43U);
  EXPECT_EQ(token_hash("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(equal_in_constant_time(token_hash(token), token_hash(token)));
  EXPECT_FALSE(equal_in_constant_time("a", "ab"));
}

}  // namespace
}  // namespace dirbridge
