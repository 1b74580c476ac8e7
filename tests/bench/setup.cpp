#include "setup.hpp"

#include <filesystem>

namespace dirbridge::bench {
namespace {

constexpr std::size_t spare_users = 128;
constexpr std::chrono::minutes load_patience{10};

slapd::Options slapd_options(const Options& options, const std::string& folder) {
  slapd::Options result;
  result.directory = folder;
  result.ldapi = options.ldapi;
  result.member_index = !options.tuned;
  result.fsync = options.fsync;
  return result;
}

struct Servers {
  std::unique_ptr<slapd::PrivateSlapd> slapd;
  std::unique_ptr<Bridge> bridge;
  LdapTarget target;
};

Result<Servers> start(const Options& options, const std::string& folder,
                      const std::vector<std::string>& ldif_files) {
  std::error_code failure;
  std::filesystem::create_directories(folder + "/bridge", failure);
  if (failure) return error(ErrorKind::Internal, "cannot create " + folder + ": " + failure.message());
  slapd::Options wanted = slapd_options(options, folder + "/slapd");
  wanted.load_files = ldif_files;
  auto slapd = slapd::PrivateSlapd::start(std::move(wanted), deadline_in(load_patience));
  if (!slapd) return slapd.error();
  auto bridge = Bridge::start(options.bridge_program, folder + "/bridge", **slapd, options.ldapi);
  if (!bridge) return bridge.error();
  LdapTarget target{options.ldapi ? (*slapd)->ldapi_uri() : (*slapd)->uri(), (*slapd)->bridge_dn(),
                    (*slapd)->bridge_password().reveal()};
  return Servers{std::move(*slapd), std::move(*bridge), std::move(target)};
}

Result<Templates> templates_from_first_run(const Options& options, const std::string& folder) {
  auto servers = start(options, folder, {});
  if (!servers) return servers.error();
  auto connection = LdapConnection::open(servers->target);
  if (!connection) return connection.error();
  return capture_templates(*servers->bridge, **connection, servers->slapd->suffix());
}

}  // namespace

Result<Setup> set_up(const Options& options, const std::string& folder) {
  auto templates = templates_from_first_run(options, folder + "/first");
  if (!templates) return templates.error();
  Population population = make_population(*templates, options.users, spare_users, options.group_sizes);
  const std::string ldif = folder + "/population.ldif";
  auto written = write_ldif(ldif, *templates, population);
  if (!written) return written.error();
  auto servers = start(options, folder + "/main", {ldif});
  if (!servers) return servers.error();
  return Setup{std::move(servers->slapd), std::move(servers->bridge), std::move(servers->target),
               std::move(*templates), std::move(population)};
}

}  // namespace dirbridge::bench
