// Order, cursors, .search, groups of users, and what is refused: the built program over real sockets.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "e2e/scenario.hpp"

namespace dirbridge::e2e {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class QueryScenario : public Scenario {
 protected:
  static std::vector<std::string> texts(const Answer& answer, const char* attribute) {
    std::vector<std::string> out;
    for (const auto& one : answer.json.at("Resources").as_array()) {
      const auto* value = one.as_object().if_contains(attribute);
      out.emplace_back(value ? std::string_view(value->as_string()) : "-");
    }
    return out;
  }
  Answer search(const std::string& path, json::object parameters) {
    parameters["schemas"] = json::array{"urn:ietf:params:scim:api:messages:2.0:SearchRequest"};
    return client_.post(path, parameters);
  }
  static std::string scim_type(const Answer& answer) {
    return std::to_string(answer.status) + answer.text("scimType");
  }
};

TEST_F(QueryScenario, ListsInOrder) {
  create_user(client_, "bob", {{"displayName", "Zed"}, {"title", "x"}});
  create_user(client_, "Ann", {{"displayName", "yann"}});
  create_user(client_, "carl", {{"displayName", "Xaver"}, {"title", "A"}});
  EXPECT_THAT(texts(client_.get("/Users?sortBy=userName"), "userName"), ElementsAre("Ann", "bob", "carl"));
  EXPECT_THAT(texts(client_.get("/Users?sortBy=userName&sortOrder=descending&count=2"), "userName"),
              ElementsAre("carl", "bob"));
  EXPECT_THAT(texts(client_.get("/Users?sortBy=title"), "userName"), ElementsAre("carl", "bob", "Ann"));
  EXPECT_THAT(texts(client_.get("/Users?sortBy=title&sortOrder=descending&startIndex=2"), "userName"),
              ElementsAre("bob", "carl"));
  EXPECT_THAT(texts(search("/Users/.search", {{"sortBy", "displayName"}, {"count", 1}, {"startIndex", 2}}),
                    "userName"),
              ElementsAre("Ann"));
  EXPECT_EQ(scim_type(client_.get("/Users?sortBy=nope")), "400invalidValue");
}

TEST_F(QueryScenario, CursorsOutliveARestartOfTheBridge) {
  std::set<std::string> all;
  for (int i = 0; i < 9; ++i) all.insert(create_user(client_, "user" + std::to_string(i)));
  std::vector<std::string> seen;
  std::string cursor;
  for (int pages = 0; pages < 9; ++pages) {
    const auto page = client_.get("/Users?count=2&sortBy=userName&cursor=" + cursor);
    expect_status(page, 200);
    EXPECT_EQ(page.json.at("totalResults"), 9);
    for (const auto& id : texts(page, "id")) seen.push_back(id);
    cursor = page.text("nextCursor");
    if (cursor.empty()) break;
    if (pages == 1) {
      bridge().stop();
      bridge().start();
      client_ = site_.client();
    }
  }
  EXPECT_EQ(seen.size(), 9U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), all);
}

TEST_F(QueryScenario, CursorsAreGoodForOneConnectionAndOneQuery) {
  const auto& other = next_site();
  for (const auto* name : {"a", "b", "c"}) {
    create_user(client_, name);
    auto client = other.client();
    create_user(client, name);
  }
  const auto cursor = client_.get("/Users?count=1&cursor").text("nextCursor");
  ASSERT_NE(cursor, "");
  auto stranger = other.client();
  EXPECT_EQ(scim_type(stranger.get("/Users?count=1&cursor=" + cursor)), "400invalidCursor");
  EXPECT_EQ(scim_type(client_.get("/Users?count=2&cursor=" + cursor)), "400invalidCount");
  EXPECT_EQ(scim_type(client_.get("/Users?count=1&sortBy=title&cursor=" + cursor)), "400invalidCursor");
  EXPECT_EQ(scim_type(client_.get("/Groups?count=1&cursor=" + cursor)), "400invalidCursor");
  auto forged = cursor;
  forged[5] = forged[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(scim_type(client_.get("/Users?count=1&cursor=" + forged)), "400invalidCursor");
  EXPECT_EQ(scim_type(client_.get("/Users?count=100000&cursor")), "400invalidCount");
  EXPECT_EQ(client_.get("/Users?count=1&cursor=" + cursor).status, 200);
}

TEST_F(QueryScenario, SearchesUsersAndGroupsTogether) {
  const auto ann = create_user(client_, "ann", {{"displayName", "m"}});
  create_user(client_, "bob", {{"displayName", "k"}});
  create_group(client_, "l", {ann});
  const auto all =
      search("/.search", {{"sortBy", "displayName"}, {"attributes", json::array{"displayName"}}});
  expect_status(all, 200);
  EXPECT_THAT(texts(all, "displayName"), ElementsAre("k", "l", "m"));
  EXPECT_EQ(all.json.at("Resources").at(1).at("schemas").at(0),
            json::string("urn:ietf:params:scim:schemas:core:2.0:Group"));
  EXPECT_FALSE(all.json.at("Resources").at(1).as_object().contains("members"));
  const auto second = search("/.search", {{"sortBy", "displayName"}, {"startIndex", 2}, {"count", 1}});
  EXPECT_EQ(second.json.at("totalResults"), 3);
  EXPECT_EQ(second.json.at("Resources").at(0).at("members").at(0).at("value"), json::string(ann));
  EXPECT_EQ(
      search("/.search", {{"filter", "userName eq \"ann\" or displayName eq \"l\""}}).json.at("totalResults"),
      2);
  const auto first = search("/.search", {{"cursor", ""}, {"count", 2}, {"sortBy", "displayName"}});
  EXPECT_THAT(texts(search("/.search",
                           {{"cursor", first.text("nextCursor")}, {"count", 2}, {"sortBy", "displayName"}}),
                    "displayName"),
              ElementsAre("m"));
  EXPECT_EQ(scim_type(search("/.search", {{"filter", "nope pr"}})), "400invalidFilter");
  EXPECT_EQ(scim_type(client_.post("/.search", json::object{{"filter", "id pr"}})), "400invalidSyntax");
}

TEST_F(QueryScenario, UsersShowTheirGroups) {
  const auto ann = create_user(client_, "ann");
  const auto devs = create_group(client_, "devs", {ann});
  const auto staff = create_group(client_, "staff", {devs});
  const auto shown = client_.get("/Users/" + ann + "?attributes=groups");
  const auto& groups = shown.json.at("groups").as_array();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups.at(0), json::value({{"value", devs},
                                       {"type", "direct"},
                                       {"display", "devs"},
                                       {"$ref", site_.scim_url + "/Groups/" + devs}}));
  EXPECT_EQ(groups.at(1).at("value"), json::string(staff));
  EXPECT_EQ(groups.at(1).at("type"), "indirect");
  EXPECT_FALSE(client_.get("/Users/" + ann).json.as_object().contains("groups")) << "dear: only on request";
  EXPECT_FALSE(client_.get("/Users").json.at("Resources").at(0).as_object().contains("groups"));
  const auto listed = client_.get("/Users?attributes=groups.value");
  EXPECT_EQ(listed.json.at("Resources").at(0).at("groups").at(0), json::value({{"value", devs}}));
  const auto replaced = client_.put("/Users/" + ann + "?attributes=groups", user_resource("ann"));
  EXPECT_EQ(replaced.json.at("groups").as_array().size(), 2U);
  EXPECT_EQ(client_.patch("/Users/" + ann + "?attributes=groups", replace("title", "x"))
                .json.at("groups")
                .as_array()
                .size(),
            2U);
}

TEST_F(QueryScenario, MembersSayWhatTheyAre) {
  const auto ann = create_user(client_, "ann", {{"displayName", "Ann"}});
  const auto inner = create_group(client_, "inner");
  const auto group = create_group(client_, "outer", {ann, inner});
  for (const auto* path :
       {"/Groups/", "/Groups?filter=displayName%20eq%20%22outer%22&attributes=members,members.display&id="}) {
    const auto answer = client_.get(std::string(path) + group);
    const auto& shown =
        answer.json.as_object().contains("Resources") ? answer.json.at("Resources").at(0) : answer.json;
    std::set<std::string> seen;
    for (const auto& member : shown.at("members").as_array()) {
      const auto& one = member.as_object();
      const std::string type(one.at("type").as_string());
      EXPECT_EQ(one.at("$ref").as_string(),
                site_.scim_url + "/" + type + "s/" + std::string(one.at("value").as_string()));
      seen.insert(type + (one.contains("display") ? " " + std::string(one.at("display").as_string()) : ""));
    }
    if (std::string_view(path) == "/Groups/")
      EXPECT_THAT(seen, UnorderedElementsAre("User", "Group"));
    else
      EXPECT_THAT(seen, UnorderedElementsAre("User Ann", "Group inner"));
  }
}

// What is shown as a reference finds what it refers to.
TEST_F(QueryScenario, ReferencesAreUnderstoodAsTheyAreShown) {
  const auto ann = create_user(client_, "ann");
  const auto bob = create_user(client_, "bob");
  const auto group = create_group(client_, "devs", {ann, bob});
  const auto total = [&](const char* type, const std::string& filter) {
    const auto found = client_.find(type, filter);
    return found.status == 200 ? found.json.at("totalResults").as_int64() : -found.status;
  };
  const auto shown = client_.get("/Groups/" + group);
  const std::string location(shown.json.at("meta").at("location").as_string());
  const std::string annes = site_.scim_url + "/Users/" + ann;
  EXPECT_EQ(total("Groups", "meta.location eq \"" + location + '"'), 1);
  EXPECT_EQ(total("Users", "meta.location eq \"" + annes + '"'), 1);
  EXPECT_EQ(total("Users", "meta.location ne \"" + annes + '"'), 1);
  EXPECT_EQ(total("Users", "not (meta.location pr)"), 0);
  EXPECT_EQ(total("Groups", "members.$ref eq \"" + annes + '"'), 1);
  EXPECT_EQ(total("Users", "meta.location co \"Users\""), -400);
  EXPECT_EQ(client_.get("/Users?sortBy=meta.location").status, 200);
  expect_success(client_.patch(
      "/Groups/" + group, json::array{{{"op", "remove"}, {"path", "members[$ref eq \"" + annes + "\"]"}}}));
  EXPECT_THAT(member_ids(client_, group), ElementsAre(bob));
  EXPECT_EQ(total("Groups", "members.$ref eq \"" + annes + '"'), 0);
  EXPECT_EQ(
      scim_type(client_.patch("/Groups/" + group, json::array{{{"op", "remove"}, {"path", "members.$ref"}}})),
      "400mutability");
}

TEST_F(QueryScenario, ProjectionsAreOneOrTheOther) {
  const auto before = dump(directory(), site_.user_base);
  const std::string both = "attributes=userName&excludedAttributes=title";
  EXPECT_EQ(scim_type(client_.post("/Users?" + both, user_resource("ann"))), "400invalidValue");
  EXPECT_EQ(scim_type(client_.get("/Users?" + both)), "400invalidValue");
  EXPECT_EQ(dump(directory(), site_.user_base), before);
  EXPECT_EQ(client_.get("/Me").status, 501);
}

TEST_F(QueryScenario, AdvertisesWhatItDoes) {
  const auto config = client_.get("/ServiceProviderConfig");
  EXPECT_EQ(config.json.at("sort").at("supported"), true);
  EXPECT_EQ(config.json.at("pagination").at("cursor"), true);
  EXPECT_EQ(config.json.at("pagination").at("defaultPaginationMethod"), "index");
}

}  // namespace
}  // namespace dirbridge::e2e
