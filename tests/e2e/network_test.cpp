// What somebody without a token, an unread log, a signal or a silent directory may do to the service: nothing
// that those who have a token would notice.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <future>
#include <thread>

#include "e2e/steps.hpp"
#include "http/socket.hpp"
#include "support/slapd_fixture.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;

constexpr auto kPatience = 60s;

// While it lives, this process, and what it starts, may have so many open files; who wants more must ask.
class SoftLimit {
 public:
  explicit SoftLimit(rlim_t files) {
    getrlimit(RLIMIT_NOFILE, &before_);
    set(std::min(files, before_.rlim_max));
  }
  ~SoftLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  SoftLimit(const SoftLimit&) = delete;
  SoftLimit& operator=(const SoftLimit&) = delete;

 private:
  void set(rlim_t files) const {
    const rlimit limit{files, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  rlimit before_{};
};

class Network : public testing::Test {
 protected:
  explicit Network(BridgeOptions options = {{{"idp", {}, {}}}, test::fast_slapd_options(), {}})
      : bridge_(options), site_(bridge_.site("idp")), client_(site_.client()) {
    const auto url = site_.scim_url.substr(0, site_.scim_url.find("/scim"));
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }

  http::Fd stranger(const std::string& says) const {
    auto fd = http::connect_to("127.0.0.1", port_, deadline_in(kPatience));
    if (!fd) throw std::runtime_error(fd.error().detail);
    ::send(fd->get(), says.data(), says.size(), MSG_NOSIGNAL);
    return std::move(*fd);
  }
  static std::string body_of_10_megabytes(const std::string& token = "none") {
    return "POST /scim/idp/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token +
           "\r\nContent-Length: 10000000\r\n\r\n";
  }
  int health(const std::string& path = "/readyz") const {
    const auto answer =
        http::make_client({})->send({"GET", bridge_.admin_url() + path, {}, {}}, deadline_in(kPatience));
    return answer ? answer->status : 0;
  }
  // The bridge starts again while the directory takes connections and says nothing.
  void restart_in_silence() {
    bridge_.stop();
    bridge_.slapd().suspend();
    bridge_.launch();
    const auto deadline = deadline_in(kPatience);
    while (health("/healthz") != 200 && remaining(deadline).count() > 0) std::this_thread::sleep_for(5ms);
  }
  std::size_t lines_with(const std::string& text) const {
    const auto log = bridge_.log();
    std::size_t count = 0;
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) ++count;
    return count;
  }

  SoftLimit start_with_{1'024};
  Bridge bridge_;
  const Site& site_;
  ScimClient client_;
  std::uint16_t port_ = 0;
};

TEST_F(Network, F_ThousandsOfStrangersDoNotStopTheService) {
  const SoftLimit enough(8'000);
  std::vector<http::Fd> strangers;
  for (int i = 0; i < 1'500; ++i) strangers.push_back(stranger(body_of_10_megabytes() + "{"));
  for (int i = 0; i < 1'500; ++i) strangers.push_back(stranger(i % 2 ? "" : "GET / HT"));
  EXPECT_FALSE(create_user(client_, "ann").empty());
  EXPECT_EQ(site_.client().get("/Users").status, 200) << "on a connection of its own";
  EXPECT_EQ(health(), 200);
}

TEST_F(Network, F_BodiesOfStrangersTakeNoMemory) {
  const auto before = bridge_.resident_bytes();
  std::vector<http::Fd> strangers;
  for (int i = 0; i < 60; ++i)
    strangers.push_back(stranger(body_of_10_megabytes() + std::string(2'000'000, 'x')));
  EXPECT_EQ(client_.get("/Users").status, 200);
  EXPECT_LT(bridge_.resident_bytes(), before + 60'000'000);
}

TEST_F(Network, G5_WrongTokensAreToldOnceAndDoNotSlowDownTheRightOne) {
  ScimClient wrong(site_.scim_url, Secret("dirb_wrong"));
  for (int i = 0; i < 15; ++i) EXPECT_EQ(wrong.get("/Users").status, 401);
  EXPECT_EQ(client_.get("/Users").status, 200);
  EXPECT_EQ(lines_with("\"wrong_token\""), 1U);
  EXPECT_THAT(bridge_.log(), testing::Not(HasSubstr("dirb_wrong")));
}

TEST_F(Network, F_OtherSignalsAreIgnoredAndSigquitStops) {
  for (const int number : {SIGUSR1, SIGUSR2}) bridge_.signal(number);
  while (lines_with("signal_ignored") < 2) std::this_thread::sleep_for(5ms);
  EXPECT_FALSE(create_user(client_, "ann").empty());
  bridge_.signal(SIGQUIT);
  EXPECT_EQ(bridge_.wait(deadline_in(kPatience)), 0);
  EXPECT_THAT(bridge_.log(), HasSubstr("\"stopped\""));
}

TEST_F(Network, F_WhoWaitsForASilentDirectoryIsAnsweredWhenTheBridgeStops) {
  create_user(client_, "ann");
  bridge_.slapd().suspend();
  auto answer = std::async(std::launch::async, [&] {
    return client_.try_send("POST", "/Users", {},
                            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob"})",
                            deadline_in(kPatience));
  });
  ASSERT_EQ(answer.wait_for(300ms), std::future_status::timeout);
  bridge_.signal(SIGTERM);
  EXPECT_EQ(bridge_.wait(deadline_in(25s)), 0) << "the limit is 20 seconds; a request has 30";
  const auto got = answer.get();
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_EQ(got->status, 503);
  bridge_.slapd().resume();
}

TEST_F(Network, F_TheBridgeListensBeforeItsDirectoryAnswers) {
  restart_in_silence();
  EXPECT_EQ(health("/healthz"), 200);
  EXPECT_EQ(health(), 503);
  const auto early = site_.client().get("/Users");
  EXPECT_EQ(early.status, 503);
  EXPECT_TRUE(early.headers.find("Retry-After"));
  EXPECT_THAT(early.text("detail"), HasSubstr("not ready since the start"));
  EXPECT_EQ(ScimClient(site_.scim_url, Secret("dirb_wrong")).get("/Users").status, 401);
  bridge_.slapd().resume();
  bridge_.wait_until_ready();
  EXPECT_EQ(site_.client().get("/Users").status, 200);
}

TEST_F(Network, F_ABridgeThatWaitsForItsDirectoryStops) {
  restart_in_silence();
  bridge_.signal(SIGTERM);
  EXPECT_EQ(bridge_.wait(deadline_in(25s)), 0) << "the limit is 20 seconds";
  bridge_.slapd().resume();
}

class UnreadLog : public Network {
 protected:
  UnreadLog()
      : Network({{{"idp", {}, {}}}, test::fast_slapd_options(), {}, {{"log", {{"level", "debug"}}}}}) {
    bridge_.stop();
    const auto log = bridge_.write_file("serve.log", "");
    std::filesystem::remove(log);
    EXPECT_EQ(::mkfifo(log.c_str(), 0600), 0);
    unread_ = http::Fd(::open(log.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    bridge_.start();
  }
  http::Fd unread_;
};

TEST_F(UnreadLog, F_HoldsNobodyUp) {
  auto client = site_.client();
  const auto id = create_user(client, "ann");
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(client.get("/Users/" + id).status, 200) << i;
  EXPECT_EQ(client.remove("/Users/" + id).status, 204);
  EXPECT_EQ(bridge_.stop(), 0);
}

}  // namespace
}  // namespace dirbridge::e2e
