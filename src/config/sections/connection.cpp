// A connection: who pushes, into which directory, and how its requests are answered.
#include <algorithm>

#include "base/text.hpp"
#include "config/sections/sections.hpp"

namespace dirbridge::config {
namespace {

constexpr auto reload = Effect::Reload;
constexpr auto by_profile = "as the profile has it";

// There is no member: every connection is of this kind.
Type<ConnectionConfig> kind() {
  return {.values = Values::word({"scim"}),
          .read =
              [](ObjectReader& reader, std::string_view key, ConnectionConfig&) {
                if (reader.choice(key, {"scim", "rest"}) != 1) return;
                reader.problem(
                    key, "\"rest\" is not offered by this version: identity providers push by SCIM only",
                    "use \"scim\"");
              },
          .write = [](const ConnectionConfig&) { return boost::json::value("scim"); }};
}

// The profile's row; the keys below it overrule it.
Type<Profile> profile() {
  std::vector<std::string_view> names;
  for (const auto& row : profiles()) names.push_back(row.name);
  return {.values = Values::word(names),
          .read =
              [names](ObjectReader& reader, std::string_view key, Profile& out) {
                const auto choice = reader.choice(key, names, "\"generic\" serves all others");
                if (choice) out = profiles()[*choice];
              },
          .write = [](const Profile& chosen) { return boost::json::value(chosen.name); }};
}

// A part of the profile, which the connection overrules.
template <class M>
Type<ConnectionConfig> overruling(M Profile::*member, Type<M> type) {
  return of_member(&ConnectionConfig::behaviour, of_member(member, std::move(type)));
}

constexpr Word<scim::GroupPatchAnswer> answers[] = {{"auto", scim::GroupPatchAnswer::WhenSmall},
                                                    {"none", scim::GroupPatchAnswer::Never},
                                                    {"resource", scim::GroupPatchAnswer::Always}};

constexpr Word<NoMatchReplace> no_match[] = {{"create", NoMatchReplace::Create},
                                             {"error", NoMatchReplace::Error}};

constexpr Word<scim::PutOmitted> put_omitted[] = {{"clear", scim::PutOmitted::Clear},
                                                  {"keep", scim::PutOmitted::Keep}};

void check_pages(ObjectReader& reader, Profile& profile) {
  constexpr auto page = "default_page_size";
  if (!reader.raw(page))
    profile.default_page_size = std::min(profile.default_page_size, profile.max_page_size);
  if (profile.default_page_size > profile.max_page_size)
    reader.problem(page, "is larger than max_page_size", {});
}

void check_directory(ObjectReader& reader, const std::string& name,
                     const std::vector<std::string>& directories) {
  if (name.empty() || std::find(directories.begin(), directories.end(), name) != directories.end()) return;
  const auto suggestion = closest(name, directories);
  reader.problem(
      "directory", "there is no directory \"" + name + "\"",
      suggestion ? "did you mean \"" + *suggestion + "\"?" : "configured: " + join(directories, ", "));
}

}  // namespace

ConnectionConfig default_connection(const std::string& name, const std::string& folder) {
  ConnectionConfig out;
  out.tokens_file = absolute_file("tokens/" + name + ".json", folder);
  return out;
}

const Keys<ConnectionConfig>& connection_keys() {
  using C = ConnectionConfig;
  static const Keys<C> keys = {
      {"kind", kind(), "`scim`: the identity provider pushes; other kinds are not offered yet", reload},
      {"directory",
       &C::directory,
       text("name"),
       "one of `directories`",
       reload,
       {.required = "the name of one of $.directories"}},
      {"tokens_file", &C::tokens_file, file(),
       "hashes of this connection's bearer tokens, written by `dirbridge token`", reload},
      {"users", &C::users, by_code(section(user_keys())),
       "which users become entries, under what names, with which attributes, and until when", reload},
      {"groups", &C::groups, by_code(section(group_keys())),
       "which directory groups the groups become, and who else is in these", reload},
      {"profile", &C::behaviour, profile(),
       "which identity provider this is: it decides the defaults of the six keys that say so", reload},
      {"group_patch_response",
       overruling(&Profile::group_patch_response, word(answers)),
       "the answer to a PATCH of a group: the group while it has at most 100 members, else 204; always 204; "
       "or always the "
       "group",
       reload,
       {.otherwise = by_profile}},
      {"on_no_match_replace",
       overruling(&Profile::on_no_match_replace, word(no_match)),
       "PATCH replace whose value filter matches nothing: makes the value, or answers noTarget",
       reload,
       {.otherwise = by_profile}},
      {"put_omitted",
       overruling(&Profile::put_omitted, word(put_omitted)),
       "what a PUT does to attributes that it leaves out",
       reload,
       {.otherwise = by_profile}},
      {"guard", &C::guard,
       switched_section(guard_keys(), "false: any number of removals is made at once", reload),
       "how many removals this connection may make within a sliding window; what is over waits for "
       "`dirbridge held`",
       reload},
      {"handover", read_by(read_handover, of_member(&C::handover, optional_section(handover_keys()))),
       "who takes over what leavers lead in Jira", reload},
      {"members_in_group_lists",
       overruling(&Profile::members_in_group_lists, flag()),
       "a listing of groups has their members, when the client does not say what it wants",
       reload,
       {.otherwise = by_profile}},
      {"default_page_size",
       overruling(&Profile::default_page_size, count(1, 100'000)),
       "of a listing without `count`",
       reload,
       {.otherwise = by_profile}},
      {"max_page_size",
       overruling(&Profile::max_page_size, count(1, 100'000)),
       "a larger `count` is cut to this",
       reload,
       {.otherwise = by_profile}},
  };
  return keys;
}

ConnectionConfig read_connection(ObjectReader& reader, const std::string& name,
                                 const std::vector<std::string>& directories) {
  auto connection = default_connection(name, reader.folder());
  read_keys(reader, connection_keys(), connection);
  check_directory(reader, connection.directory, directories);
  check_pages(reader, connection.behaviour);
  return connection;
}

}  // namespace dirbridge::config
