#include "audit/file.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "audit/reader.hpp"

namespace dirbridge::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AuditFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-audit-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    settings_.path = folder_ + "/audit/audit.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string line(int number) {
    return R"({"time":"2026-11-22T09:00:00.000Z","connection":"c","dn":"cn=)" + std::to_string(number) +
           R"(,dc=x","outcome":"held","removal":"disable"})" + '\n';
  }
  std::vector<std::string> names(std::size_t* damaged = nullptr) const {
    std::vector<std::string> out;
    const auto seen =
        read(settings_, [&](const Line& one, std::string_view) { out.push_back(one.dn.rdn().value()); });
    EXPECT_TRUE(seen);
    if (damaged) *damaged = seen->damaged;
    return out;
  }
  static mode_t mode(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  std::string folder_;
  FileSettings settings_;
};

TEST_F(AuditFile, IsMadeWithItsFolderForItsOwnerOnly) {
  File file(settings_);
  file.append(line(1));
  file.append(line(2));
  EXPECT_THAT(names(), ElementsAre("1", "2"));
  EXPECT_EQ(mode(settings_.path), 0600U);
  EXPECT_EQ(mode(folder_ + "/audit"), 0700U);
}

TEST_F(AuditFile, RotatesBySizeAndKeepsTheYoungest) {
  settings_.max_bytes = line(1).size() * 2;
  settings_.files = 2;
  File file(settings_);
  for (int i = 1; i <= 9; ++i) file.append(line(i));
  EXPECT_THAT(names(), ElementsAre("5", "6", "7", "8", "9"));
  EXPECT_EQ(mode(settings_.path + ".1"), 0600U);
  EXPECT_FALSE(std::filesystem::exists(settings_.path + ".3"));
}

TEST_F(AuditFile, TwoWritersRotateTogether) {
  settings_.max_bytes = 5'000;
  settings_.files = 1'000;
  const auto write = [&](int from) {
    File file(settings_);
    for (int i = 0; i < 500; ++i) file.append(line(from + i));
  };
  std::thread other(write, 1'000);
  write(2'000);
  other.join();
  std::size_t damaged = 0;
  EXPECT_EQ(names(&damaged).size(), 1'000U);
  EXPECT_EQ(damaged, 0U);
}

TEST_F(AuditFile, GoesOnWhenItIsRemovedOrCannotBeWritten) {
  File file(settings_);
  file.append(line(1));
  std::filesystem::remove(settings_.path);
  file.append(line(2));
  EXPECT_THAT(names(), ElementsAre("2"));
  std::filesystem::remove_all(folder_ + "/audit");
  std::ofstream(folder_ + "/audit") << "in the way";
  file.append(line(3));
  std::filesystem::remove(folder_ + "/audit");
  file.append(line(4));
  EXPECT_THAT(names(), ElementsAre("4"));
}

// A file system that is full for a while: a limit of this process on the size of files has the same effect.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_F(AuditFile, AFullDiskLosesLinesAndNothingElse) {
  File file(settings_);
  file.append(line(1));
  testing::internal::CaptureStderr();
  {
    const FullDisk full(line(1).size() + 10);
    file.append(line(2));
    file.append(line(3));
  }
  file.append(line(4));
  const auto log = testing::internal::GetCapturedStderr();
  std::size_t damaged = 0;
  EXPECT_THAT(names(&damaged), ElementsAre("1", "4"));
  EXPECT_EQ(damaged, 1U) << "the line that was cut, and it alone";
  EXPECT_EQ(log.find("audit_failed"), log.rfind("audit_failed")) << "told once: " << log;
  EXPECT_NE(log.find("audit_failed"), std::string::npos);
  EXPECT_NE(log.find("audit_again"), std::string::npos);
}

TEST_F(AuditFile, ADiskThatIsFullFromTheBeginningIsTold) {
  settings_.path = "/dev/full";
  File file(settings_);
  testing::internal::CaptureStderr();
  file.append(line(1));
  file.append(line(2));
  const auto log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_NE(log.find("cannot be written"), std::string::npos) << log;
}

TEST_F(AuditFile, DamagedLinesAreCountedAndLeftOut) {
  File file(settings_);
  file.append(line(1));
  std::ofstream(settings_.path, std::ios::app) << "{\"time\":\"2026\n\n\xff\xfe\n";
  file.append(line(2));
  std::size_t damaged = 0;
  EXPECT_THAT(names(&damaged), ElementsAre("1", "2"));
  EXPECT_EQ(damaged, 2U);
  settings_.path += ".none";
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace dirbridge::audit
