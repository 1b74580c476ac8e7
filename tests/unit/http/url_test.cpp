#include "http/url.hpp"

#include <gtest/gtest.h>

namespace dirbridge::http {
namespace {

struct Case {
  std::string text;
  bool secure;
  std::string host;
  int port;
  std::string target;
};

class AcceptedUrl : public testing::TestWithParam<Case> {};

TEST_P(AcceptedUrl, IsTakenApart) {
  const auto url = parse_url(GetParam().text);
  ASSERT_TRUE(url) << url.error().detail;
  EXPECT_EQ(url->secure, GetParam().secure);
  EXPECT_EQ(url->host, GetParam().host);
  EXPECT_EQ(url->port, GetParam().port);
  EXPECT_EQ(url->target, GetParam().target);
}

INSTANTIATE_TEST_SUITE_P(Url, AcceptedUrl,
                         testing::Values(Case{"http://localhost", false, "localhost", 80, "/"},
                                         Case{"HTTPS://Example.COM/a?b=c", true, "example.com", 443,
                                              "/a?b=c"},
                                         Case{"https://h:8443?x", true, "h", 8443, "/?x"},
                                         Case{"http://[::1]:8080/", false, "::1", 8080, "/"},
                                         Case{"http://[::1]", false, "::1", 80, "/"}));

class RefusedUrl : public testing::TestWithParam<std::string> {};

TEST_P(RefusedUrl, IsAnInvalidValue) {
  const auto url = parse_url(GetParam());
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().kind, ErrorKind::InvalidValue);
}

INSTANTIATE_TEST_SUITE_P(Url, RefusedUrl,
                         testing::Values("", "localhost", "ftp://h/", "http://", "http:///x", "http://h:0/",
                                         "http://h:70000/", "http://h:8a/", "http://[::1/", "http://[::1]x/",
                                         "http://h/a b", "http://h/a#b", "http://h/a\r\nX: y"));

TEST(Url, UserInformationIsRefusedAndNotRepeated) {
  const auto url = parse_url("http://admin:hunter2@h/");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().detail.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace dirbridge::http
