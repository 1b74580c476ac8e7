// Servers that misbehave: each ends in a clear error within the deadline and without burning the processor.
#include "fake_server.hpp"

#include <algorithm>
#include <future>

#include "pool_fixture.hpp"

namespace dirbridge::test {
namespace {

using directory::Modification;
using testing::HasSubstr;

// Far above what an orderly wait costs, far below a spin for the time of the shortest wait here.
constexpr long much_cpu = 150;
constexpr std::chrono::milliseconds patience{600};

const std::string anyone = "uid=anyone,dc=example,dc=org";

ldap::Settings settings_of(const std::string& uri) {
  ldap::Settings settings;
  settings.uris = {uri};
  settings.bind_dn = dn("cn=bridge,dc=example,dc=org");
  settings.password = Secret("secret");
  settings.connect_timeout = patience;
  return settings;
}

directory::Change replace_sn() {
  return modify(dn(anyone), {{Modification::Op::Replace, "sn", {"New"}}}, false);
}

// What happens when somebody asks this pool, and that it was cheap.
Error read_fails(ldap::Pool& pool, Deadline deadline) {
  const auto before = cpu_milliseconds();
  const auto result = directory::read(pool, dn(anyone), {"sn"}, deadline);
  EXPECT_LT(cpu_milliseconds() - before, much_cpu);
  EXPECT_FALSE(result) << "the server gave an answer";
  return result ? Error{} : result.error();
}

TEST(SilentServer, BindIsNotAnswered) {
  FakeServer server([](Session& s) { s.drain(); });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto failure = read_fails(pool, soon());
  EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
  EXPECT_THAT(failure.detail, HasSubstr("no answer to bind"));
}

// 389 Directory Server 2.3 answers so where an access rule hides a base: success, and no entry.
TEST(ServerThatHidesBases, D1_NothingBelowABaseOutOfSightIsNoAnswer) {
  for (const bool visible : {false, true}) {
    FakeServer server([&](Session& s) {
      s.welcome();
      for (int asked = 0; const auto request = s.read(); ++asked) {
        if (asked == 1 && visible) s.write(entry_message(request->id, "ou=people,dc=example,dc=org"));
        s.write(result_message(request->id, answer_to(request->operation), 0));
      }
    });
    ldap::Pool pool(settings_of(server.uri("ldap")));
    const auto found = directory::search(pool,
                                         {dn("ou=people,dc=example,dc=org"),
                                          directory::Scope::Subtree,
                                          directory::Filter::equal("uid", "ann"),
                                          {"uid"},
                                          0},
                                         soon());
    ASSERT_EQ(found.has_value(), visible);
    if (visible)
      EXPECT_TRUE(found->empty());
    else
      EXPECT_EQ(found.error().kind, ErrorKind::MissingBase);
  }
}

TEST(SilentServer, TlsHandshakeDoesNotBegin) {
  FakeServer server([](Session& s) { s.drain(); });
  ldap::Pool pool(settings_of(server.uri("ldaps")));
  const auto failure = read_fails(pool, soon());
  EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
  EXPECT_THAT(failure.detail, HasSubstr("TLS handshake"));
}

TEST(SilentServer, StartTlsIsNotAnswered) {
  FakeServer server([](Session& s) { s.drain(); });
  auto settings = settings_of(server.uri("ldap"));
  settings.start_tls = true;
  ldap::Pool pool(settings);
  const auto failure = read_fails(pool, soon());
  EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
  EXPECT_THAT(failure.detail, HasSubstr("StartTLS"));
}

TEST(SilentServer, StartTlsIsAcceptedAndNothingFollows) {
  FakeServer server([](Session& s) {
    if (const auto request = s.read()) s.write(result_message(request->id, 0x78, 0));
    s.drain();
  });
  auto settings = settings_of(server.uri("ldap"));
  settings.start_tls = true;
  ldap::Pool pool(settings);
  const auto failure = read_fails(pool, soon());
  EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
  EXPECT_THAT(failure.detail, HasSubstr("TLS handshake"));
}

TEST(SilentServer, StartTlsThatIsRefusedIsNotWithoutTls) {
  FakeServer server([](Session& s) {
    if (const auto request = s.read()) s.write(result_message(request->id, 0x78, 2));
    const auto next = s.read();
    EXPECT_TRUE(!next || next->operation == 0x42) << "more than an unbind over an open line";
  });
  auto settings = settings_of(server.uri("ldap"));
  settings.start_tls = true;
  ldap::Pool pool(settings);
  EXPECT_EQ(read_fails(pool, soon()).kind, ErrorKind::Unavailable);
}

TEST(SilentServer, SearchIsNotAnswered) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_EQ(read_fails(pool, deadline_in(patience)).kind, ErrorKind::Timeout);
}

// The bind is answered, and what the server is like is not said any more.
TEST(SilentServer, F_WhatIsBeingOpenedEndsWhenAllIsCalledOff) {
  std::promise<void> silent;
  FakeServer server([&](Session& s) {
    if (const auto bind = s.read()) s.write(result_message(bind->id, 0x61, 0));
    if (s.read()) silent.set_value();
    s.drain();
  });
  auto settings = settings_of(server.uri("ldap"));
  settings.connect_timeout = std::chrono::seconds(10);
  ldap::Pool pool(settings);
  auto read = std::async(std::launch::async, [&] { return read_fails(pool, soon()); });
  silent.get_future().wait();
  pool.call_off();
  EXPECT_THAT(read.get().detail, HasSubstr("the connection was lost"));
  EXPECT_TRUE(directory::is_called_off(read_fails(pool, soon())));
}

TEST(SilentServer, AnswerStopsHalfWay) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    if (const auto search = s.read()) s.write(entry_message(search->id, anyone).substr(0, 9));
    s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_EQ(read_fails(pool, deadline_in(patience)).kind, ErrorKind::Timeout);
}

TEST(SilentServer, BindAnswerStopsHalfWay) {
  FakeServer server([](Session& s) {
    if (const auto bind = s.read()) s.write(result_message(bind->id, 0x61, 0).substr(0, 5));
    s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_EQ(read_fails(pool, soon()).kind, ErrorKind::Unavailable);
}

TEST(SilentServer, WriteWithoutAnswerIsUnknown) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_KIND(ErrorKind::OutcomeUnknown, pool.apply(replace_sn(), {}, deadline_in(patience)));
  EXPECT_TRUE(pool.uris_in_use().empty()) << "a connection with an open answer is of no use";
}

TEST(SilentServer, FloodOfEntriesEndsAtTheDeadline) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    const auto search = s.read();
    while (search && !s.more_to_read(0)) s.write(entry_message(search->id, anyone));
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto result =
      pool.search(base_search(dn(anyone), {"sn"}), deadline_in(patience), [](auto&&) { return true; });
  EXPECT_KIND(ErrorKind::Timeout, result);
}

TEST(ClosingServer, ReadIsRepeatedOnAnotherConnection) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    const auto search = s.read();
    if (!search || s.number() == 0) return;
    s.write(entry_message(search->id, anyone) + result_message(search->id, 0x65, 0));
    s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto result = directory::read(pool, dn(anyone), {"sn"}, soon());
  ASSERT_TRUE(result) << detail(result);
  ASSERT_TRUE(*result);
  EXPECT_EQ((*result)->dn, dn(anyone));
  EXPECT_EQ(server.accepted(), 2);
}

TEST(ClosingServer, ReadIsRepeatedOnlyOnce) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.read();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_EQ(read_fails(pool, soon()).kind, ErrorKind::Unavailable);
  EXPECT_EQ(server.accepted(), 2);
}

TEST(ClosingServer, DeliveredEntriesAreNotDeliveredAgain) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    if (const auto search = s.read()) s.write(entry_message(search->id, anyone));
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  int seen = 0;
  const auto result =
      pool.search(base_search(dn(anyone), {"sn"}), soon(), [&](auto&&) { return ++seen > 0; });
  EXPECT_KIND(ErrorKind::Unavailable, result);
  EXPECT_EQ(seen, 1);
}

TEST(ClosingServer, WriteInFlightIsUnknownAndNotRepeated) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.read();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_KIND(ErrorKind::OutcomeUnknown, pool.apply(replace_sn(), {}, soon()));
  EXPECT_EQ(server.accepted(), 1);
}

TEST(ClosingServer, IdleConnectionThatWasClosedIsReplacedBeforeAWrite) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    while (const auto request = s.read()) {
      s.write(result_message(request->id, answer_to(request->operation), 0));
      if (s.number() == 0) return;
    }
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  for (int i = 0; i < 3; ++i) {
    const auto result = pool.apply(replace_sn(), {}, soon());
    EXPECT_TRUE(result) << detail(result);
    if (i == 0) server.wait_until_closed(1);
  }
}

TEST(ClosingServer, NoticeOfDisconnectionEndsTheConnection) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    while (const auto request = s.read()) {
      const auto result = result_message(request->id, answer_to(request->operation), 0);
      s.write(s.number() == 0 ? result + disconnection_notice() : result);
    }
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  ASSERT_TRUE(pool.apply(replace_sn(), {}, soon()));
  const auto result = pool.apply(replace_sn(), {}, soon());
  EXPECT_TRUE(result) << detail(result);
}

struct Answer {
  int code;
  ErrorKind kind;
};
class AnswerCode : public testing::TestWithParam<Answer> {};

TEST_P(AnswerCode, OfAWriteIsAnErrorWithoutDoubt) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    while (const auto request = s.read())
      s.write(result_message(request->id, answer_to(request->operation), GetParam().code));
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  EXPECT_KIND(GetParam().kind, pool.apply(replace_sn(), {}, soon()));
}

INSTANTIATE_TEST_SUITE_P(Trouble, AnswerCode,
                         testing::Values(Answer{51, ErrorKind::Busy}, Answer{52, ErrorKind::Unavailable},
                                         Answer{53, ErrorKind::Denied}, Answer{3, ErrorKind::Timeout},
                                         Answer{10, ErrorKind::Unavailable}),
                         [](const auto& one) { return "Code" + std::to_string(one.param.code); });

TEST(StrangeServer, HiddenRootDsePromisesNothing) {
  FakeServer server([](Session& s) {
    if (const auto bind = s.read()) s.write(result_message(bind->id, 0x61, 0));
    if (const auto search = s.read()) s.write(result_message(search->id, 0x65, 50));
    s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto offered = pool.capabilities(soon());
  ASSERT_TRUE(offered) << detail(offered);
  EXPECT_FALSE(offered->assertion || offered->post_read || offered->permissive_modify);
  EXPECT_EQ(offered->vendor, "unknown");
}

TEST(StrangeServer, EntryThatCannotBeReadFailsItsSearchOnly) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    for (int i = 0; const auto search = s.read(); ++i)
      s.write(entry_message(search->id, i == 0 ? "no name at all" : anyone) +
              result_message(search->id, 0x65, 0));
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const std::vector<directory::SearchRequest> two(2, base_search(dn(anyone), {"sn"}));
  const auto results = pool.search_all(two, soon());
  EXPECT_KIND(ErrorKind::Internal, results[0]);
  EXPECT_TRUE(results[1]) << detail(results[1]);
  EXPECT_TRUE(directory::read(pool, dn(anyone), {"sn"}, soon()));
  EXPECT_EQ(server.accepted(), 1);
}

std::vector<directory::Change> large_changes(int count) {
  return {
      static_cast<std::size_t>(count),
      modify(dn(anyone), {{Modification::Op::Replace, "description", {std::string(20'000, 'x')}}}, false)};
}

TEST(BackPressure, ServerThatNeverReads) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.wait_for_close();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto changes = large_changes(600);
  const auto before = cpu_milliseconds();
  const auto results = pool.apply_all(changes, deadline_in(patience));
  EXPECT_LT(cpu_milliseconds() - before, 2 * much_cpu);
  const auto unknown = std::count_if(results.begin(), results.end(), [](const auto& r) {
    return !r && r.error().kind == ErrorKind::OutcomeUnknown;
  });
  EXPECT_GT(unknown, 0);
  EXPECT_LE(unknown, 128);
  EXPECT_KIND(ErrorKind::Timeout, results.back());
}

TEST(BackPressure, ServerThatReadsLateGetsEverything) {
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    s.wait_until_full();
    while (const auto request = s.read())
      s.write(result_message(request->id, answer_to(request->operation), 0));
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const auto changes = large_changes(600);
  for (const auto& result : pool.apply_all(changes, soon())) EXPECT_TRUE(result) << detail(result);
}

TEST(BackPressure, AtMost128RequestsAreInFlight) {
  constexpr int all = 300;
  FakeServer server([](Session& s) {
    if (!s.welcome()) return;
    for (int read = 0; read < all;) {
      std::list<Request> waiting;
      while (waiting.size() < 128 && read < all) {
        const auto request = s.read();
        if (!request) return;
        waiting.push_front(*request);
        ++read;
      }
      EXPECT_FALSE(s.more_to_read(50)) << "more than 128 in flight";
      for (const auto& request : waiting)  // the last first
        s.write(result_message(request.id, answer_to(request.operation), 0));
    }
    s.drain();
  });
  ldap::Pool pool(settings_of(server.uri("ldap")));
  const std::vector<directory::Change> changes(all, replace_sn());
  for (const auto& result : pool.apply_all(changes, soon())) EXPECT_TRUE(result) << detail(result);
}

TEST(Unreachable, NobodyListens) {
  std::string uri;
  {
    FakeServer gone([](Session&) {});
    uri = gone.uri("ldap");
  }
  ldap::Pool pool(settings_of(uri));
  const auto failure = read_fails(pool, soon());
  EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
  EXPECT_THAT(failure.detail, HasSubstr(uri));
}

TEST(Unreachable, UriThatIsNoneIsAnErrorOfEachCall) {
  ldap::Pool pool(settings_of("http://127.0.0.1"));
  EXPECT_EQ(read_fails(pool, soon()).kind, ErrorKind::Unavailable);
}

TEST(Destruction, DoesNotWaitForAnybody) {
  FakeServer server([](Session& s) {
    if (s.welcome()) s.drain();
  });
  for (int i = 0; i < 20; ++i) {
    ldap::Pool pool(settings_of(server.uri("ldap")));
    EXPECT_TRUE(pool.capabilities(soon()));
  }
  EXPECT_EQ(server.accepted(), 20);
}

}  // namespace
}  // namespace dirbridge::test
