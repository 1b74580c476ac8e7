#include "tokens/store.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tokens/file.hpp"

namespace dirbridge::tokens {
namespace {

class Tokens : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-tokens-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& connection) const { return folder_ + "/" + connection + ".json"; }
  NewToken add(const std::string& connection) const {
    return add_token(file(connection), "", WallTime()).value();
  }
  std::unique_ptr<TokenStore> store() {
    return std::make_unique<TokenStore>(
        std::map<std::string, std::string>{{"entra", file("entra")}, {"okta", file("okta")}},
        [this] { return std::chrono::steady_clock::time_point(seconds_.load()); });
  }
  void a_second_passes() { seconds_ = seconds_.load() + std::chrono::seconds(1); }

  std::string folder_;
  std::atomic<std::chrono::steady_clock::duration> seconds_{std::chrono::hours(1)};
};

TEST_F(Tokens, a_token_is_good_for_its_connection_only) {
  const auto entra = add("entra").token;
  const auto okta = add("okta").token;
  const auto tokens = store();
  EXPECT_TRUE(tokens->accepts("entra", entra));
  EXPECT_FALSE(tokens->accepts("entra", okta));
  EXPECT_FALSE(tokens->accepts("other", entra));
  EXPECT_EQ(tokens->connection_for(okta), "okta");
  EXPECT_EQ(tokens->connection_for(okta + "x"), std::nullopt);
  EXPECT_EQ(tokens->connection_for(""), std::nullopt);
}

TEST_F(Tokens, every_token_of_a_connection_is_good) {
  const auto first = add("entra").token;
  const auto second = add("entra").token;
  const auto tokens = store();
  EXPECT_TRUE(tokens->accepts("entra", first));
  EXPECT_TRUE(tokens->accepts("entra", second));
}

TEST_F(Tokens, changes_are_noticed_within_a_second) {
  const auto tokens = store();
  EXPECT_FALSE(tokens->accepts("entra", "x"));
  const auto made = add("entra");
  EXPECT_FALSE(tokens->accepts("entra", made.token)) << "looked at the file although no time has passed";
  a_second_passes();
  EXPECT_TRUE(tokens->accepts("entra", made.token));
  ASSERT_TRUE(revoke_token(file("entra"), made.id));
  a_second_passes();
  EXPECT_FALSE(tokens->accepts("entra", made.token));
}

TEST_F(Tokens, a_broken_file_keeps_the_last_good_tokens) {
  const auto made = add("entra");
  const auto tokens = store();
  ASSERT_TRUE(tokens->accepts("entra", made.token));
  std::ofstream(file("entra"), std::ios::trunc) << "{";
  a_second_passes();
  EXPECT_TRUE(tokens->accepts("entra", made.token));
  std::filesystem::remove(file("entra"));
  a_second_passes();
  EXPECT_FALSE(tokens->accepts("entra", made.token)) << "a file that is gone has no tokens";
}

TEST_F(Tokens, may_be_asked_from_many_threads) {
  const auto made = add("entra");
  const auto tokens = store();
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        a_second_passes();
        if (!tokens->accepts("entra", made.token)) ++refused;
      }
    });
  }
  for (int n = 0; n < 20; ++n) add("okta");
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
}

TEST_F(Tokens, other_files_are_followed_at_once) {
  const auto entra = add("entra").token;
  const auto okta = add("okta").token;
  const auto elsewhere = add("elsewhere").token;
  const auto tokens = store();
  ASSERT_TRUE(tokens->accepts("entra", entra));
  const auto late = add("entra").token;
  tokens->follow({{"entra", file("entra")}, {"new", file("elsewhere")}});
  EXPECT_TRUE(tokens->accepts("entra", entra));
  EXPECT_TRUE(tokens->accepts("entra", late)) << "what stays is read again";
  EXPECT_TRUE(tokens->accepts("new", elsewhere));
  EXPECT_FALSE(tokens->accepts("okta", okta));
  EXPECT_EQ(tokens->connection_for(okta), std::nullopt);
  EXPECT_EQ(tokens->connection_for(elsewhere), "new");
}

TEST_F(Tokens, a_file_that_stays_and_is_broken_keeps_its_tokens) {
  const auto entra = add("entra").token;
  const auto tokens = store();
  ASSERT_TRUE(tokens->accepts("entra", entra));
  std::ofstream(file("entra"), std::ios::trunc) << "{";
  tokens->follow({{"entra", file("entra")}});
  EXPECT_TRUE(tokens->accepts("entra", entra));
  std::ofstream(file("other"), std::ios::trunc) << "{";
  tokens->follow({{"entra", file("other")}});
  EXPECT_FALSE(tokens->accepts("entra", entra)) << "they were those of another file";
}

TEST_F(Tokens, who_asks_meanwhile_is_answered) {
  const auto entra = add("entra").token;
  const auto tokens = store();
  std::atomic<bool> done{false};
  std::thread follower([&] {
    for (int i = 0; i < 200; ++i) tokens->follow({{"entra", file("entra")}, {"okta", file("okta")}});
    done = true;
  });
  int asked = 0;
  for (; !done || asked == 0; ++asked) {
    ASSERT_TRUE(tokens->accepts("entra", entra));
    ASSERT_EQ(tokens->connection_for(entra), "entra");
  }
  follower.join();
}

}  // namespace
}  // namespace dirbridge::tokens
