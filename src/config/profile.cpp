#include "config/profile.hpp"

#include <iterator>

namespace dirbridge::config {

namespace {

using Answer = scim::GroupPatchAnswer;
constexpr auto always = Answer::Always;
constexpr auto when_small = Answer::WhenSmall;
constexpr auto never = Answer::Never;
constexpr auto clear = scim::PutOmitted::Clear;
constexpr auto keep = scim::PutOmitted::Keep;
constexpr auto create = NoMatchReplace::Create;
constexpr auto error = NoMatchReplace::Error;

// - Entra ID and Okta want 204 after a PATCH of a group; SCIM-SDK clients (Keycloak) check that a body is
// there.
// - `keep`: Oracle's PUT holds the attributes of a form, not of the resource.
// - `create`: PATCH in Entra's manner, or in a manner that no document tells.
// - PingFederate downloads all groups to find one by its name: members would make that slow.
// - Large pages: those that import by one listing without `count`.
constexpr Profile rows[] = {
    {"generic", when_small, clear, create, true, 100, 1'000},
    {"entra", never, clear, create, true, 100, 1'000},
    {"okta", never, clear, error, true, 100, 1'000},
    {"onelogin", when_small, clear, create, true, 100, 1'000},
    {"oracle", when_small, keep, create, true, 1'000, 1'000},
    {"miniorange", when_small, clear, create, true, 100, 1'000},
    {"google", when_small, clear, create, true, 100, 1'000},
    {"jumpcloud", when_small, clear, create, true, 100, 1'000},
    {"ping", when_small, clear, error, false, 1'000, 1'000},
    {"keycloak", always, clear, error, true, 10'000, 10'000},
    {"authentik", when_small, clear, error, true, 100, 1'000},
    {"sailpoint", when_small, clear, error, true, 100, 1'000},
    {"cyberark", when_small, clear, error, true, 100, 1'000},
};

}  // namespace

std::span<const Profile> profiles() {
  return rows;
}

const Profile& generic_profile() {
  return rows[0];
}

}  // namespace dirbridge::config
