#pragma once
// The parts of check_directory. Internal to the check.
#include <optional>

#include "doctor/check.hpp"
#include "doctor/server.hpp"

namespace dirbridge::doctor {

struct CheckContext {
  const config::DirectoryConfig& config;
  directory::Directory& directory;  // as the bridge's account
  const Schema& schema;
  const std::optional<Backend>& backend;
  Findings& findings;
  Deadline deadline;
};

// The DN by which access rules name the bridge.
directory::Dn bridge_identity(const config::DirectoryConfig& config);
// "olcLimits: …" that lifts the size limit for `who`.
std::string limits_fix(const directory::Dn& who);

// What an administrator does so that `who` gets a right below `base`; no attributes: on entries as a whole.
std::string access_fix(const config::DirectoryConfig& config, const directory::Dn& base,
                       std::string_view attributes, const directory::Dn& who, std::string_view right);

// Precondition: is_active_directory(); in place of limits, indexes and overlays.
void check_active_directory(const CheckContext& context);
void check_schema(const CheckContext& context);
void check_bases(const CheckContext& context);
void check_indexes(const CheckContext& context);
void check_overlays(const CheckContext& context);
// Whether entries may have the attributes that extensions are mapped to.
void check_extensions(const CheckContext& context);
// Whether passwords end up hashed.
void check_passwords(const CheckContext& context);
// Measures by counting below the bases, then reads olcLimits if they are known.
void check_size_limits(const CheckContext& context, directory::Directory& as_who, const directory::Dn& who,
                       std::string_view name);
void check_writing(const CheckContext& context);
// As the products see it; precondition: config.atlassian.
void check_reader(const CheckContext& context);

}  // namespace dirbridge::doctor
