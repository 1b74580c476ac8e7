#include "server/cursor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/seal.hpp"
#include "base/text.hpp"

namespace dirbridge::server {
namespace {

using provision::Place;
using namespace std::chrono_literals;

const Secret key(std::string(seal_key_bytes, '\x01'));
const Secret other(std::string(seal_key_bytes, '\x02'));
constexpr const char* id = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";

class TestClock final : public Clock {
 public:
  WallTime now() const override { return now_; }
  WallTime now_ = WallTime(std::chrono::seconds(1'700'000'000));
};

// What the directory holds; may change under way.
struct Stored {
  std::optional<Secret> key;
  int reads = 0;
};
class TestKey final : public provision::SharedKey {
 public:
  explicit TestKey(Stored& stored) : stored_(stored) {}
  Result<Secret> get(Deadline) override {
    ++stored_.reads;
    if (!stored_.key) stored_.key = key;
    return *stored_.key;
  }
  Result<std::optional<Secret>> look(Deadline) override {
    ++stored_.reads;
    return stored_.key;
  }

 private:
  Stored& stored_;
};

struct Instance {
  explicit Instance(Stored& stored, const Clock& clock) : cursors(std::make_unique<TestKey>(stored), clock) {}
  std::string seal(const Place& place) { return cursors.seal(place, 10, "q", deadline_in(5s)).value(); }
  Result<Place> open(std::string_view text, std::uint64_t count = 10, std::string_view query = "q") {
    return cursors.open(text, count, query, deadline_in(5s));
  }
  Cursors cursors;
};

class CursorsTest : public testing::Test {
 protected:
  Stored stored_;
  TestClock clock_;
};

TEST_F(CursorsTest, WorkOnEveryInstance) {
  Instance one(stored_, clock_), two(stored_, clock_);
  for (const auto side : {Place::Side::After, Place::Side::Before}) {
    const auto text = one.seal({std::string("\x01k\0y", 4), id, side});
    EXPECT_THAT(text, testing::MatchesRegex("[A-Za-z0-9_-]+"));
    const auto place = two.open(text);
    ASSERT_TRUE(place) << place.error().detail;
    EXPECT_EQ(place->key, std::string("\x01k\0y", 4));
    EXPECT_EQ(place->id, id);
    EXPECT_EQ(place->side, side);
  }
  EXPECT_LE(stored_.reads, 2) << "the key is read once, not for each cursor";
}

TEST_F(CursorsTest, AreRefusedElsewhere) {
  Instance one(stored_, clock_);
  const auto text = one.seal({"k", id});
  EXPECT_EQ(one.open(text, 10, "another").error().kind, ErrorKind::InvalidCursor);
  EXPECT_EQ(one.open(text, 11).error().kind, ErrorKind::InvalidCount);
  EXPECT_EQ(one.open(text + "A").error().kind, ErrorKind::InvalidCursor);
  EXPECT_EQ(one.open(std::string(max_cursor_bytes + 1, 'A')).error().kind, ErrorKind::InvalidCursor);
  EXPECT_EQ(one.open("").error().kind, ErrorKind::InvalidCursor);
}

TEST_F(CursorsTest, Expire) {
  Instance one(stored_, clock_);
  const auto text = one.seal({"k", id});
  clock_.now_ += cursor_timeout;
  EXPECT_TRUE(one.open(text));
  clock_.now_ += 1s;
  EXPECT_EQ(one.open(text).error().kind, ErrorKind::ExpiredCursor);
}

TEST_F(CursorsTest, FollowANewKey) {
  Instance one(stored_, clock_), two(stored_, clock_);
  const auto before = one.seal({"k", id});
  stored_.key = other;
  const auto after = two.seal({"k", id});
  EXPECT_TRUE(one.open(after)) << "the new key is found when the old one does not fit";
  EXPECT_EQ(two.open(before).error().kind, ErrorKind::InvalidCursor);
}

TEST_F(CursorsTest, AForgedOneMakesNoKey) {
  Instance one(stored_, clock_);
  EXPECT_EQ(one.open("QUJD").error().kind, ErrorKind::InvalidCursor);
  EXPECT_FALSE(stored_.key);
}

TEST(Cursor, LargestKeyFitsTheLimit) {
  const Cursor cursor{{std::string(scim::max_sort_key_bytes + 1, 'x'), id}, 10, {}};
  EXPECT_LE(seal_cursor(key, cursor, "q").size(), max_cursor_bytes);
}

TEST(Cursor, WhatWasSealedButIsNoneIsRefused) {
  for (const std::string bytes : {"", "\x01",
                                  "\x02"
                                  "a",
                                  "\x01x"})
    EXPECT_FALSE(unseal_cursor(key, to_base64url(seal(key, bytes + std::string(40, 'z'), sha256("q"))), "q"));
}

}  // namespace
}  // namespace dirbridge::server
