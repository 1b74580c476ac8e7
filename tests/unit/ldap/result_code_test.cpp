#include "ldap/result_code.hpp"

#include <gtest/gtest.h>

namespace dirbridge::ldap {
namespace {

struct Row {
  int code;
  ErrorKind kind;
  const char* name;
};

class ResultCode : public testing::TestWithParam<Row> {};

TEST_P(ResultCode, HasItsKindAndName) {
  const auto& row = GetParam();
  const Error failure = result_error(row.code, "the server's words", "cn=x,dc=example,dc=org");
  EXPECT_EQ(failure.kind, row.kind);
  EXPECT_NE(failure.detail.find(row.name), std::string::npos) << failure.detail;
  EXPECT_NE(failure.detail.find("(" + std::to_string(row.code) + ")"), std::string::npos) << failure.detail;
  EXPECT_NE(failure.detail.find("the server's words"), std::string::npos);
  EXPECT_NE(failure.detail.find("cn=x,dc=example,dc=org"), std::string::npos);
  EXPECT_EQ(failure.field, row.kind == ErrorKind::Refused || row.kind == ErrorKind::Denied ? row.name : "");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ResultCode,
    testing::Values(
        Row{3, ErrorKind::Timeout, "timeLimitExceeded"}, Row{4, ErrorKind::TooMany, "sizeLimitExceeded"},
        Row{11, ErrorKind::TooMany, "adminLimitExceeded"}, Row{16, ErrorKind::Denied, "noSuchAttribute"},
        Row{17, ErrorKind::Denied, "undefinedAttributeType"},
        Row{19, ErrorKind::Refused, "constraintViolation"},
        Row{20, ErrorKind::ValueExists, "attributeOrValueExists"},
        Row{21, ErrorKind::Refused, "invalidAttributeSyntax"}, Row{32, ErrorKind::NotFound, "noSuchObject"},
        Row{34, ErrorKind::Refused, "invalidDNSyntax"},
        Row{49, ErrorKind::Unauthorized, "invalidCredentials"},
        Row{50, ErrorKind::Denied, "insufficientAccessRights"}, Row{51, ErrorKind::Busy, "busy"},
        Row{52, ErrorKind::Unavailable, "unavailable"}, Row{53, ErrorKind::Denied, "unwillingToPerform"},
        Row{65, ErrorKind::Denied, "objectClassViolation"},
        Row{68, ErrorKind::Uniqueness, "entryAlreadyExists"},
        Row{122, ErrorKind::PreconditionFailed, "assertionFailed"},
        Row{-1, ErrorKind::Unavailable, "connectionLost"}, Row{4711, ErrorKind::Internal, "unknown"}),
    [](const auto& one) {
      return one.param.code < 0 ? "Local" + std::to_string(-one.param.code) : std::to_string(one.param.code);
    });

TEST(ResultError, SaysNothingOfWhatIsNotThere) {
  EXPECT_EQ(result_error(32, "", "").detail, "the directory answered noSuchObject (32)");
}

}  // namespace
}  // namespace dirbridge::ldap
