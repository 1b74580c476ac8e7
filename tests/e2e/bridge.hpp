#pragma once
// The built program over real sockets: a private directory server, a configuration file, tokens made with
// `dirbridge token new`, and `dirbridge serve` as a child process. Each connection has a subtree of its own,
// so that tests that share one bridge do not see each other. Everything lives in a temporary folder and goes
// with the object. Failing to set up throws std::runtime_error with the program's output. Not thread-safe.
#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "atlassian/reader_run.hpp"
#include "directory/directory.hpp"
#include "e2e/scim_client.hpp"
#include "slapd/child_process.hpp"
#include "slapd/private_slapd.hpp"
#include "support/ds389.hpp"
#include "support/external_command.hpp"
#include "support/json_answer.hpp"
#include "support/samba.hpp"

namespace dirbridge::e2e {

// One connection and its part of the directory.
struct Site {
  std::string name;
  std::string scim_url;
  Secret token;
  std::string user_base, group_base, bridge_base;
  std::string naming_attribute = "uid";  // of users' DNs

  ScimClient client() const { return ScimClient(scim_url, token); }
  directory::Dn user_dn(const std::string& name) const;
  directory::Dn group_dn(const std::string& cn) const;
};

struct SiteOptions {
  std::string name;                // of the connection: a-z, 0-9, -
  boost::json::object connection;  // keys beside the standard ones
  boost::json::object directory;
};

// Samba as an Active Directory: `directory()` is what the bridge makes of it, too.
enum class Server { OpenLdap, Ds389, Samba };

struct BridgeOptions {
  std::vector<SiteOptions> sites;
  slapd::Options slapd;        // of OpenLdap
  boost::json::object server;  // keys of the section `server` beside the standard ones
  boost::json::object root{};  // keys of the configuration beside the standard ones
  Server kind = Server::OpenLdap;
};

class Bridge {
 public:
  explicit Bridge(const BridgeOptions& options);
  ~Bridge();
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;

  const Site& site(const std::string& name) const { return sites_.at(name); }
  const std::string& admin_url() const { return admin_url_; }
  slapd::PrivateSlapd& slapd() { return *slapd_; }           // precondition: OpenLdap
  directory::Directory& directory() { return *directory_; }  // bound as the administrator
  // What serve has printed since it was started last. Its lines are written by a thread of their own: waits
  // until no more come.
  std::string log() const;
  std::string log_so_far() const;

  std::size_t resident_bytes() const;            // of serve
  int stop();                                    // SIGTERM; the exit code
  void signal(int number);                       // to serve
  std::optional<int> wait(Deadline deadline);    // the exit code of serve, once it has ended
  void kill_hard();                              // SIGKILL
  void launch();                                 // serve
  void wait_until_ready();                       // until /readyz says yes
  void start();                                  // both
  void configure(const BridgeOptions& options);  // another configuration, for the next start
  // The configuration file, and another one in its place: for a reload.
  const boost::json::object& configuration() const { return configuration_; }
  void write_configuration(boost::json::object configuration);

  // Runs the program to its end; throws unless it exits with 0. run_with_config adds --config.
  std::string run_with_config(std::vector<std::string> arguments);
  test::JsonAnswer ask(
      std::vector<std::string> arguments);  // adds --json and --config; whatever it exits with
  std::string run(const std::vector<std::string>& arguments);
  // Atlassian's reader, set up by what `dirbridge atlassian-settings` prints for the site's directory.
  atlassian::Seen see(const Site& site, const std::vector<std::string>& arguments,
                      const Secret& login_password);
  // A reader that stays, for many readings. Not longer than the bridge.
  std::unique_ptr<atlassian::Reader> reader(const Site& site);
  std::string write_file(const std::string& name,
                         const std::string& text) const;  // in the folder; gives its path

 private:
  atlassian::ReaderCall reader_call(const Site& site, const Secret& login_password);

  // How to reach the directory, and who is who there.
  struct Access {
    std::string uri;
    slapd::Names names;
    std::string admin_dn;
    Secret admin_password, bridge_password, reader_password;
  };
  boost::json::object directory_keys() const;  // of the configuration, as the server needs them

  void start_directory(const BridgeOptions& options);
  Access start_slapd(slapd::Options options, const std::string& sites);
  Access start_ds389(const std::string& sites);
  Access start_samba(const std::string& sites);
  void make_token(Site& site);

  test::TemporaryFolder folder_;
  std::string config_file_;
  boost::json::object configuration_;
  std::string admin_url_;
  std::map<std::string, Site> sites_;
  std::unique_ptr<slapd::PrivateSlapd> slapd_;
  std::unique_ptr<test::Ds389> ds389_;
  std::unique_ptr<test::Samba> samba_;
  Access access_;
  std::unique_ptr<directory::Directory> server_;  // behind directory_ on Samba
  std::unique_ptr<directory::Directory> directory_;
  std::unique_ptr<slapd::ChildProcess> serve_;
  int runs_ = 0;
};

}  // namespace dirbridge::e2e
