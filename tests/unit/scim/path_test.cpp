#include "scim/path.hpp"

#include "vectors.hpp"

namespace dirbridge::scim {
namespace {

struct PathCase {
  const char* text;
  const char* target;
  const char* filter;  // null: none
};

class PathForms : public testing::TestWithParam<PathCase> {};

TEST_P(PathForms, Parse) {
  const auto path = parse_path(GetParam().text, user_type());
  ASSERT_TRUE(path.has_value()) << path.error().detail;
  EXPECT_EQ(to_string(path->target), GetParam().target);
  ASSERT_EQ(path->filter.has_value(), GetParam().filter != nullptr);
  if (path->filter) {
    EXPECT_EQ(to_string(*path->filter), GetParam().filter);
  }
}

#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"
INSTANTIATE_TEST_SUITE_P(
    Rfc7644Section352, PathForms,
    testing::Values(
        PathCase{"userName", "userName", nullptr}, PathCase{"Name.GivenName", "name.givenName", nullptr},
        PathCase{"emails[type eq \"work\"]", "emails", "type eq \"work\""},
        PathCase{"Emails[Type eq \"work\"].Value", "emails.value", "type eq \"work\""},
        PathCase{"addresses[type eq \"other\"].Formatted", "addresses.formatted", "type eq \"other\""},
        PathCase{"emails[value eq\"a]b\\\"]c\"].type", "emails.type", "value eq \"a]b\\\"]c\""},
        PathCase{"roles[primary eq \"True\"].value", "roles.value", "primary eq true"},
        PathCase{CORE ":emails[type eq \"work\" and primary eq true].value", "emails.value",
                 "(type eq \"work\" and primary eq true)"},
        PathCase{CORE ".userName", "userName", nullptr}, PathCase{ENTERPRISE, ENTERPRISE, nullptr},
        PathCase{ENTERPRISE ":employeeNumber", ENTERPRISE ":employeeNumber", nullptr},
        PathCase{ENTERPRISE ".manager", ENTERPRISE ":manager", nullptr},  // T25
        PathCase{ENTERPRISE ":manager.displayName", ENTERPRISE ":manager.displayName", nullptr},
        PathCase{" emails.value ", "emails.value", nullptr},
        PathCase{"manager", ENTERPRISE ":manager", nullptr}));

struct BadPath {
  const char* text;
  ErrorKind kind;
};

class PathErrors : public testing::TestWithParam<BadPath> {};

TEST_P(PathErrors, AreTold) {
  const auto path = parse_path(GetParam().text, user_type());
  ASSERT_TRUE(path.has_error());
  EXPECT_EQ(path.error().kind, GetParam().kind) << path.error().detail;
}

INSTANTIATE_TEST_SUITE_P(
    Rfc7644Section352, PathErrors,
    testing::Values(BadPath{"nope", ErrorKind::InvalidPath}, BadPath{"name.nope", ErrorKind::InvalidPath},
                    BadPath{"emails[type eq \"work\"", ErrorKind::InvalidPath},
                    BadPath{"emails[type eq \"work\"]value", ErrorKind::InvalidPath},
                    BadPath{"emails[type eq \"work\"].nope", ErrorKind::InvalidPath},
                    BadPath{"emails.value[type eq \"work\"]", ErrorKind::InvalidPath},
                    BadPath{"userName[type eq \"work\"]", ErrorKind::InvalidPath},
                    BadPath{"name[givenName eq \"a\"]", ErrorKind::InvalidPath},
                    BadPath{"[type eq \"work\"]", ErrorKind::InvalidPath},
                    BadPath{"emails[type eq \"work\"][type eq \"work\"]", ErrorKind::InvalidPath},
                    BadPath{"/userName", ErrorKind::InvalidPath},
                    BadPath{"emails[]", ErrorKind::InvalidFilter},
                    BadPath{"emails[type is \"work\"]", ErrorKind::InvalidFilter},
                    BadPath{"emails[nope eq \"work\"]", ErrorKind::InvalidFilter},
                    BadPath{"emails[emails[type pr]]", ErrorKind::InvalidPath},
                    BadPath{"urn:example:Unknown:2.0:User:x", ErrorKind::InvalidPath}));

}  // namespace
}  // namespace dirbridge::scim
