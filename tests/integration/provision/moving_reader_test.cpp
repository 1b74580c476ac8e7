// Users whose homes change (move_to) while somebody reads: they are found wherever they are, once.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <utility>

#include "moving_fixture.hpp"

namespace dirbridge::test {
namespace {

using provision::Members;
using testing::ElementsAre;

class MovingReader : public MovingFixture {
 protected:
  void SetUp() override {
    MovingFixture::SetUp();
    connect_moving();
    ann_ = add_user("ann");
    ben_ = add_user("ben");
    team_ = add_group("team", {ann_, ben_});
  }

  void toggle() {
    active_ = !active_;
    const auto done =
        users().patch(ann_, replacing("active", active_ ? "true" : "false"), {}, Members::Leave, soon());
    EXPECT_TRUE(done) << done.error().detail;
  }

  using Ids = std::vector<std::string>;
  static Ids sorted(Ids ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  Ids listed(provision::Resources& resources, const std::string& filter, std::size_t count = 100) {
    provision::Query query;
    query.count = count;
    if (!filter.empty()) query.filter = scim::parse_filter(filter, resources.type()).value();
    query.filter_text = filter;
    const auto page = resources.list(query, soon());
    EXPECT_TRUE(page) << page.error().detail;
    Ids out;
    if (page)
      for (const auto& resource : page->resources) out.push_back(id_of(resource));
    return sorted(out);
  }
  static Ids values_in(const json::object& resource, const char* attribute) {
    Ids out;
    if (const auto* all = resource.if_contains(attribute))
      for (const auto& one : all->get_array()) out.emplace_back(one.at("value").get_string());
    return sorted(out);
  }
  Result<json::object> seen(provision::Resources& resources, const std::string& id, Members members) {
    auto found = resources.find(id, members, soon());
    EXPECT_TRUE(found) << found.error().detail;
    return found;
  }

  // What a client may ask, each with what it has to hear whether the user is active or not.
  struct Question {
    const char* name;
    std::function<void()> ask;
  };
  std::vector<Question> questions() {
    const auto both = sorted({ann_, ben_});
    return {
        {"GET user", [=, this] { EXPECT_EQ(id_of(*seen(users(), ann_, Members::Leave)), ann_); }},
        {"GET user with groups",
         [=, this] {
           EXPECT_THAT(values_in(*seen(users(), ann_, Members::Load), "groups"), ElementsAre(team_));
         }},
        {"filter", [=, this] { EXPECT_THAT(listed(users(), R"(userName eq "ann")"), ElementsAre(ann_)); }},
        {"filter by id",
         [=, this] { EXPECT_THAT(listed(users(), "id eq \"" + ann_ + "\""), ElementsAre(ann_)); }},
        {"filter without an index", [=, this] { EXPECT_EQ(listed(users(), R"(userName co "n")"), both); }},
        {"list", [=, this] { EXPECT_EQ(listed(users(), ""), both); }},
        {"list in order",
         [=, this] {
           provision::Query query;
           query.sort = scim::parse_sort(users().type(), "userName").value();
           const auto page = users().list(query, soon());
           ASSERT_TRUE(page) << page.error().detail;
           EXPECT_EQ(page->resources.size(), 2U);
         }},
        {"GET group",
         [=, this] { EXPECT_EQ(values_in(*seen(groups(), team_, Members::Load), "members"), both); }},
        {"GET group with names",
         [=, this] { EXPECT_EQ(values_in(*seen(groups(), team_, Members::LoadNamed), "members"), both); }},
        {"groups of a member",
         [=, this] { EXPECT_THAT(listed(groups(), "members eq \"" + ann_ + "\""), ElementsAre(team_)); }},
        {"groups by a part of members",
         [=, this] {
           EXPECT_THAT(listed(groups(), "members[value eq \"" + ann_ + "\"]"), ElementsAre(team_));
         }},
    };
  }

  std::string ann_, ben_, team_;
  bool active_ = true;
};

TEST_F(MovingReader, G2_NoReaderMissesWhoMovesBetweenItsQuestions) {
  for (const auto& [name, ask] : questions()) {
    for (int nth = 0, asked = 1; nth < asked; ++nth) {
      SCOPED_TRACE(name + std::string(" ") + std::to_string(nth));
      asked = 0;
      bool inside = false;
      bool moved = false;
      watched_->directory.searched = [&] {
        if (inside || moved || asked++ != nth) return;
        inside = moved = true;
        toggle();
        inside = false;
      };
      watched_->context.member_ids.forget(dn(staff_dn("ann")));
      ask();
      watched_->directory.searched = nullptr;
      if (!moved) break;
      asked = nth + 2;
    }
  }
}

// However slow a reader is beside her. Who is held meanwhile does not move.
TEST_F(MovingReader, G2_NoFilterMissesWhoMovesAfterEachQuestion) {
  for (const auto& [name, ask] : questions()) {
    if (std::string_view(name).find("group") == std::string_view::npos) continue;
    if (std::string_view(name).starts_with("GET")) continue;
    SCOPED_TRACE(name);
    bool inside = false;
    watched_->directory.searched = [&] {
      if (std::exchange(inside, true)) return;
      const auto done = users().patch(ann_, replacing("active", active_ ? "false" : "true"), {},
                                      Members::Leave, deadline_in(std::chrono::milliseconds(50)));
      if (done) active_ = !active_;
      inside = false;
    };
    ask();
    watched_->directory.searched = nullptr;
  }
}

TEST_F(MovingReader, G2_NoReaderMissesWhoMovesAllTheTime) {
  std::atomic<bool> ended{false};
  std::thread mover([&] {
    for (int i = 0; i < 100; ++i) toggle();
    ended = true;
  });
  const auto all = questions();
  std::vector<std::thread> readers;
  for (std::size_t first = 0; first < 2; ++first)
    readers.emplace_back([&, first] {
      for (auto i = first; !ended; ++i) all[i % all.size()].ask();
    });
  mover.join();
  for (auto& reader : readers) reader.join();
}

// What a move that broke off has left: both homes are there until the sweep.
TEST_F(MovingReader, G2_TwoHomesOfOneUserAreOneUser) {
  const auto of = dn(staff_dn("ann"));
  const auto entry = directory::read(at().pool, of, {}, soon()).value().value();
  const auto copy = dn(left_dn("ann"));
  const auto made = at().pool.apply({directory::Add{copy, entry.attributes}, "test"}, {}, soon());
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_THAT(listed(users(), R"(userName eq "ann")"), ElementsAre(ann_));
  EXPECT_EQ(listed(users(), ""), sorted({ann_, ben_}));
}

}  // namespace
}  // namespace dirbridge::test
