#include "tokens/file.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/secret.hpp"

namespace dirbridge::tokens {
namespace {

using testing::HasSubstr;
using testing::Not;

class TokenFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-tokens-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ + "/tokens/entra.json";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  NewToken add(const std::string& label) const {
    return add_token(path_, label, SystemClock().now()).value();
  }
  std::string content() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }

  std::string folder_;
  std::string path_;
};

TEST_F(TokenFile, keeps_the_hash_and_not_the_token) {
  const auto made = add("Entra \"production\"");
  const auto tokens = read_token_file(path_).value();
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].id, made.id);
  EXPECT_EQ(tokens[0].label, "Entra \"production\"");
  EXPECT_EQ(tokens[0].hash, token_hash(made.token));
  EXPECT_THAT(content(), Not(HasSubstr(made.token)));
}

TEST_F(TokenFile, is_private_and_leaves_nothing_beside_it) {
  add("a");
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const std::filesystem::directory_iterator files(folder_ + "/tokens");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(TokenFile, a_revoked_token_is_gone_and_the_others_stay) {
  const auto first = add("first");
  const auto second = add("second");
  ASSERT_TRUE(revoke_token(path_, first.id));
  const auto tokens = read_token_file(path_).value();
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].id, second.id);
  EXPECT_EQ(revoke_token(path_, first.id).error().kind, ErrorKind::NotFound);
}

TEST_F(TokenFile, two_commands_at_once_lose_nothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { add("parallel"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(read_token_file(path_)->size(), 8U);
}

TEST_F(TokenFile, a_broken_file_is_neither_read_nor_overwritten) {
  add("a");
  for (const auto* const broken :
       {"", "{", "[]", "{\"tokens\": 3}", "{\"tokens\": [{}]}", "{\"tokens\": [{\"id\": \"a\"}]}"}) {
    std::ofstream(path_, std::ios::trunc) << broken;
    EXPECT_EQ(read_token_file(path_).error().kind, ErrorKind::InvalidSyntax) << broken;
    EXPECT_FALSE(add_token(path_, "b", SystemClock().now())) << broken;
    EXPECT_EQ(content(), broken);
  }
}

TEST_F(TokenFile, a_file_that_others_can_write_is_refused) {
  add("a");
  ::chmod(path_.c_str(), 0622);
  EXPECT_EQ(read_token_file(path_).error().kind, ErrorKind::Forbidden);
}

TEST_F(TokenFile, a_missing_file_is_told_apart) {
  EXPECT_EQ(read_token_file(path_).error().kind, ErrorKind::NotFound);
}

TEST_F(TokenFile, a_label_cannot_forge_a_line) {
  EXPECT_EQ(add_token(path_, "a\nb", SystemClock().now()).error().kind, ErrorKind::InvalidValue);
}

}  // namespace
}  // namespace dirbridge::tokens
