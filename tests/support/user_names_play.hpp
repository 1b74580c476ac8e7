#pragma once
// Random steps of two identity providers and an administrator on one directory with people of his own, in
// several units and named in several ways, under random options; after each step every login is one person's
// in what the products read, and his entries are where they were, with their names and what nobody sent.
#include <array>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "support/connection_parts.hpp"

namespace dirbridge::test {

class UserNamesPlay {
 public:
  // `rules`: the bases, which are there. `as_administrator` may write everything.
  UserNamesPlay(directory::Directory& as_administrator, directory::Directory& as_bridge, mapping::Rules rules,
                unsigned seed);

  // What does not hold any more, in words; empty: all is well.
  std::string step();
  std::size_t conflicts() const { return conflicts_; }  // refused as such
  std::size_t made() const { return made_; }
  std::size_t adopted() const;  // of the administrator's entries, until now

 private:
  struct Own {
    std::string mark;      // its description, which nobody sends
    directory::Dn parent;  // where he has put it
    directory::Rdn name;   // as he has named it
    std::string alias;     // a second login; empty: none
    bool was_linked = false;
  };
  struct Side {
    std::string name;
    std::unique_ptr<ConnectionParts> connection;
    std::vector<std::string> users;  // ids
  };

  std::size_t pick(std::size_t below);
  bool one_in(std::size_t many) { return pick(many) == 0; }
  std::string login();
  std::string user_name();
  directory::Dn unit();
  const std::string& login_attribute() const;
  directory::Rdn name_for(const std::string& login);
  void add_unit(const directory::Dn& dn);
  mapping::Rules rules_of(const std::string& connection);
  void restart(Side& side);
  void administrator_adds();
  void administrator_moves();
  boost::json::object body();
  void create(Side& side);
  void change(Side& side);
  template <class T>
  bool note(const Result<T>& done);
  enum class Seen { ByProducts, ByHim };  // he sees those who are hidden as well
  std::map<std::string, std::vector<directory::Dn>> people_by_login(Seen seen);
  std::string check();
  std::string check_own(Own& own, const directory::Entry& entry);

  directory::Directory& administrator_;
  directory::Directory& bridge_;
  mapping::Rules rules_;
  std::mt19937 random_;
  std::array<Side, 2> sides_{Side{"okta", {}, {}}, Side{"entra", {}, {}}};
  std::vector<Own> own_;
  std::string last_;  // what was done
  std::size_t conflicts_ = 0;
  std::size_t made_ = 0;
};

}  // namespace dirbridge::test
