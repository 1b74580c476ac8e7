// What the Reconciler makes of a directory that is called off under it.
#include "sync/reconcile.hpp"

#include <gtest/gtest.h>

#include "directory/memory_directory.hpp"
#include "integration/provision/forwarding_directory.hpp"

namespace dirbridge::sync {
namespace {

using directory::Dn;

// Its first change is sent and not answered; from then on nothing is asked of it any more.
class CalledOff final : public test::ForwardingDirectory {
 public:
  using ForwardingDirectory::ForwardingDirectory;

  std::vector<Result<std::vector<directory::Entry>>> search_all(std::span<const directory::SearchRequest> r,
                                                                Deadline d) override {
    if (!ended_) return ForwardingDirectory::search_all(r, d);
    ++asked_;
    return {r.size(), directory::called_off()};
  }
  Result<std::optional<directory::Entry>> apply(const directory::Change&, const std::vector<std::string>&,
                                                Deadline) override {
    ended_ = true;
    return error(ErrorKind::OutcomeUnknown, "the connection was lost");
  }

  int asked_ = 0;

 private:
  bool ended_ = false;
};

TEST(Reconciler, F_AsksNothingAgainOfADirectoryThatIsCalledOff) {
  directory::MemoryDirectory memory;
  const auto base = Dn::parse("dc=example,dc=org").value();
  const auto ann = Dn::parse("uid=ann,dc=example,dc=org").value();
  memory.load({base, {{"objectClass", {"organization", "dcObject"}}}});
  memory.load({ann,
               {{"objectClass", {"inetOrgPerson"}},
                {"uid", {"ann"}},
                {"cn", {"ann"}},
                {"sn", {"ann"}},
                {"dirbridgeConnection", {"okta"}}}});
  CalledOff directory(memory);
  const Guard guard({"okta", {base}, {}});
  Reconciler reconciler(directory, guard, {"member", Dn::parse("cn=nobody").value()}, {base});
  Task task;
  task.find = directory::at(ann, {});
  task.goal = [&](const std::optional<directory::Entry>&) -> Result<EntryGoal> {
    return EntryGoal{EntryGoal::Presence::Present, ann, {exactly("sn", {"Lee"})}, "test", {}};
  };
  const auto done = reconciler.run(task, deadline_in(std::chrono::seconds(20)));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable) << done.error().detail;
  EXPECT_EQ(directory.asked_, 1) << "one look at what became of the change";
}

}  // namespace
}  // namespace dirbridge::sync
