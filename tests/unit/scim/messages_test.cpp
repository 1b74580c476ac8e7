#include "scim/messages.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace dirbridge::scim {
namespace {

TEST(Messages, EveryKindHasAStatusAndA400HasAType) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind) {
    const auto status = error_status(static_cast<ErrorKind>(kind));
    EXPECT_GE(status.http, 400) << kind;
    EXPECT_LE(status.http, 504) << kind;
    EXPECT_EQ(status.http == 400 || status.http == 409, !status.scim_type.empty()) << kind;
  }
}

TEST(Messages, D1_AMissingBaseIsUnavailable) {
  EXPECT_EQ(error_status(ErrorKind::MissingBase).http, 503);
}

TEST(Messages, ErrorBodyHasStatusAsTextAndNamesTheField) {
  const auto body = error_body(error(ErrorKind::InvalidValue, "must be a text", "name.givenName"));
  EXPECT_EQ(
      json::serialize(body),
      R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","scimType":"invalidValue",)"
      R"("detail":"name.givenName: must be a text"})");
  const auto bare = error_body(error(ErrorKind::NotFound, ""));
  EXPECT_EQ(bare.at("status"), "404");
  EXPECT_FALSE(bare.contains("scimType"));
  EXPECT_FALSE(bare.at("detail").as_string().empty());
}

TEST(Messages, ListResponseCountsItsPage) {
  json::array page{json::object{{"id", "1"}}, json::object{{"id", "2"}}};
  const auto body = list_response(std::move(page), 7, 3);
  EXPECT_EQ(body.at("totalResults"), 7u);
  EXPECT_EQ(body.at("startIndex"), 3u);
  EXPECT_EQ(body.at("itemsPerPage"), 2u);
  EXPECT_EQ(body.at("Resources").as_array().size(), 2u);
  EXPECT_EQ(list_response({}, 0, 1).at("Resources").as_array().size(), 0u);
}

}  // namespace
}  // namespace dirbridge::scim
