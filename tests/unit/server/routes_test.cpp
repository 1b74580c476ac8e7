#include "server/routes.hpp"

#include <gtest/gtest.h>

#include "server/handlers.hpp"

namespace dirbridge::server {
namespace {

Match match(std::string_view method, std::vector<std::string> segments) {
  return match_route(method, segments);
}

TEST(Routes, FindsTheOperation) {
  EXPECT_EQ(match("POST", {"Users"}).route->handler, handle::create);
  EXPECT_EQ(match("GET", {"users"}).route->handler, handle::list);
  EXPECT_EQ(match("HEAD", {"Groups", "1"}).route->handler, handle::find);
  EXPECT_EQ(match("GET", {"Schemas", "urn:x"}).route->handler, handle::show_schema);
  EXPECT_EQ(match("POST", {"Users", ".search"}).route->handler, handle::search);
  EXPECT_EQ(match("POST", {"groups", ".Search"}).route->name, "search_groups");
  EXPECT_EQ(match("POST", {".search"}).route->name, "search");
  EXPECT_EQ(match("GET", {"Me"}).route->handler, handle::refuse_me);
}

TEST(Routes, SaysWhichMethodsAreAllowed) {
  EXPECT_EQ(match("DELETE", {"Users"}).allowed, "POST, GET");
  EXPECT_EQ(match("POST", {"Users", "1"}).allowed, "GET, PUT, PATCH, DELETE");
  EXPECT_EQ(match("POST", {"Schemas"}).allowed, "GET");
  EXPECT_EQ(match("GET", {"Bulk"}).allowed, "POST");
}

TEST(Routes, UnknownPathsHaveNoMethod) {
  for (const auto& segments : std::vector<std::vector<std::string>>{
           {}, {"Nope"}, {"Users", "1", "x"}, {"ServiceProviderConfig", "x"}}) {
    const auto found = match("GET", segments);
    EXPECT_EQ(found.route, nullptr);
    EXPECT_TRUE(found.allowed.empty());
  }
}

}  // namespace
}  // namespace dirbridge::server
