#pragma once
// SCIM requests by chance, about the users and groups that are there and about new ones, and what a
// connection answers.
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "support/connection_parts.hpp"

namespace dirbridge::test {

struct Request {
  enum class Kind { Create, Replace, Patch, Remove };
  Kind kind = Kind::Create;
  bool user = true;
  std::string id{};  // not of Create
  boost::json::object body{};
};
std::string told(const Request& request);

struct Answer {
  std::optional<Error> failure{};
  std::string id{};  // of what was created
};
std::string told(const Answer& answer);
Answer ask(ConnectionParts& connection, const Request& request);

class RandomRequests {
 public:
  explicit RandomRequests(std::mt19937& random) : random_(random) {}

  // `users` and `groups`: ids of those there.
  Request next(const std::vector<std::string>& users, const std::vector<std::string>& groups);
  std::string user_name();
  std::string mail();

 private:
  using Ids = std::vector<std::string>;

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t many) { return pick(many) == 0; }
  std::string group_name();
  Ids members(const Ids& users);
  boost::json::object user();
  boost::json::object group(const Ids& users);
  Request about_user(const std::string& id);
  Request about_group(const std::string& id, const Ids& users);

  std::mt19937& random_;
};

}  // namespace dirbridge::test
