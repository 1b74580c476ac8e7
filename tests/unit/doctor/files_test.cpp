// What the check says of files: the key of TLS, the audit.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "doctor/check.hpp"
#include "support/finding_line.hpp"

namespace dirbridge::doctor {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class CheckFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/dirbridge-check-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, mode_t mode) const {
    const auto path = folder_ + "/" + name;
    std::ofstream(path) << "x";
    ::chmod(path.c_str(), mode);
    return path;
  }
  static std::vector<std::string> lines(const config::Config& config) {
    std::vector<std::string> out;
    for (const auto& finding : check_config(config)) out.push_back(line_of(finding));
    return out;
  }
  static config::Config with_audit(const std::string& path) {
    config::Config config;
    config.audit = audit::FileSettings{path};
    return config;
  }

  std::string folder_;
};

TEST_F(CheckFiles, F_AKeyThatEverybodyMayReadIsAWarning) {
  config::Config config;
  config.server.tls = http::TlsFiles{write("chain.pem", 0644), write("key.pem", 0640)};
  EXPECT_THAT(lines(config), Not(Contains(HasSubstr("read by everybody"))));
  ::chmod(config.server.tls->key_file.c_str(), 0644);
  EXPECT_THAT(lines(config), Contains(AllOf(HasSubstr("warning"), HasSubstr("$.server.tls.key_file"),
                                            HasSubstr("read by everybody"), HasSubstr("0640"))));
}

TEST_F(CheckFiles, F_AnAuditThatCannotBeWrittenIsAProblem) {
  const auto in_the_way = write("file", 0600);
  for (const auto& bad : {in_the_way + "/audit.jsonl", folder_}) {
    EXPECT_THAT(lines(with_audit(bad)),
                Contains(AllOf(HasSubstr("problem"), HasSubstr("$.audit.file"), HasSubstr(bad))));
  }
  for (const auto& good : {folder_ + "/new/folder/audit.jsonl", in_the_way})
    EXPECT_THAT(lines(with_audit(good)), Not(Contains(HasSubstr("$.audit.file")))) << good;
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/new")) << "the check makes nothing";
}

TEST_F(CheckFiles, F_AnAuditFolderOfSomebodyElseIsAProblem) {
  const auto nobody = ::getuid() == 0 ? 65'534 : ::getuid();  // root may write everywhere
  for (const auto mode : {0500U, 0000U, 0555U}) {
    ::chmod(folder_.c_str(), mode);
    ASSERT_EQ(::seteuid(nobody), 0);
    EXPECT_THAT(lines(with_audit(folder_ + "/new/audit.jsonl")), Contains(HasSubstr("$.audit.file"))) << mode;
    ASSERT_EQ(::seteuid(::getuid()), 0);
  }
  ::chmod(folder_.c_str(), 0700);
}

}  // namespace
}  // namespace dirbridge::doctor
