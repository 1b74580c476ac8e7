#include "sync/moves.hpp"

#include <gmock/gmock.h>

#include "support/dn.hpp"

namespace dirbridge::sync {
namespace {

using test::dn;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(MovesTest, G2_WhoMovesOrHasMovedSinceThenIsKnown) {
  Moves moves;
  const auto before = moves.now();
  EXPECT_THAT(*moves.since(before), IsEmpty());
  {
    const Moves::Move move(moves, "AB", dn("uid=a,ou=x"), dn("uid=a,ou=y"));
    EXPECT_THAT(*moves.since(before), ElementsAre("ab"));
    EXPECT_THAT(*moves.since(moves.now()), ElementsAre("ab")) << "it still moves";
  }
  EXPECT_TRUE(moves.moved_since(before, "Ab"));
  EXPECT_FALSE(moves.moved_since(before, "b"));
  EXPECT_THAT(*moves.since(moves.now()), IsEmpty());
  EXPECT_EQ(moves.names().at(dn("UID=A, ou=x").normalized()), "ab");
  EXPECT_EQ(moves.names().at(dn("uid=a,ou=y").normalized()), "ab");
  const Moves::Move nobody(moves, "", dn("cn=a"), dn("cn=b"));
  EXPECT_THAT(*moves.since(moves.now()), IsEmpty());
}

TEST(MovesTest, G2_TooManyAreSaidToBe) {
  Moves moves;
  const auto before = moves.now();
  const Moves::Move lasting(moves, "lasting", dn("cn=a"), dn("cn=b"));
  for (std::size_t i = 0; i <= Moves::most + 1; ++i)
    const Moves::Move move(moves, "x", dn("cn=a"), dn("cn=b"));
  EXPECT_EQ(moves.since(before), std::nullopt);
  EXPECT_TRUE(moves.moved_since(before, "anybody"));
  EXPECT_THAT(*moves.since(moves.now()), ElementsAre("lasting"));
}

}  // namespace
}  // namespace dirbridge::sync
