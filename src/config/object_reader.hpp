#pragma once
// The configuration's JSON: comments and trailing commas are allowed, a key that occurs twice is not (the
// parser would silently keep the last one). ObjectReader takes values out of an object, notes every problem
// with its JSON path and goes on with the fallback; what was never asked for is an unknown key.
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/loader.hpp"

namespace dirbridge::config {

// Makes a relative file name absolute.
std::string absolute_file(const std::string& name, const std::string& folder);

// Null after a problem was noted.
boost::json::value parse_config_json(std::string_view text, std::vector<Problem>& problems);

// "$.directories" and "main" -> "$.directories.main"; ["…"] around a name that is not a plain word.
std::string member_path(const std::string& parent, std::string_view key);

class ObjectReader {
 public:
  // `value`, `problems` and `folder`, from which relative file names start, must outlive the reader. Anything
  // but an object is one problem; it then reads as empty, without complaining about each key that is not
  // there.
  ObjectReader(const boost::json::value& value, std::string path, std::vector<Problem>& problems,
               const std::string& folder);

  // A key that is absent or null is not set: nullopt. So is one of the wrong type, after a problem was noted.
  std::optional<std::string> text(std::string_view key);  // not empty, no control characters
  std::optional<std::string> file(std::string_view key);  // a text, as the name of a file made absolute
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::size_t> number(std::string_view key, std::size_t least, std::size_t most);
  // Index into `names`. `hint` is for a word that is close to none of them.
  std::optional<std::size_t> choice(std::string_view key, const std::vector<std::string_view>& names,
                                    const std::string& hint = {});
  // An array of texts, each with its own path; one text counts as an array of one.
  std::vector<std::pair<std::string, std::string>> texts(std::string_view key);
  std::optional<ObjectReader> object(std::string_view key);
  const boost::json::value* raw(std::string_view key);
  // Calls `read` for each member of the object under `key`: a map whose keys are names.
  using ReadMember = std::function<void(const std::string& name, ObjectReader& member)>;
  void members(std::string_view key, const ReadMember& read);

  // Calls `read` for each element of the array under `key`; each must be an object.
  void items(std::string_view key, const std::function<void(ObjectReader& item)>& read);

  // nullopt and a problem when the key is not set.
  std::optional<std::string> required_text(std::string_view key, std::string_view hint);
  void missing(std::string_view key, std::string_view hint);

  std::string path_of(std::string_view key) const;
  const std::string& folder() const { return *folder_; }
  void problem(std::string_view key, std::string message, std::string hint = {});
  void problem_at(std::string path, std::string message, std::string hint);  // below a key: an array's item
  // Notes the keys nobody asked for. Call last.
  void finish();

 private:
  const boost::json::value* find(std::string_view key);
  void wrong_type(std::string_view key, const boost::json::value& value, std::string_view wanted);

  const boost::json::object* object_;  // nullptr: was not an object
  std::string path_;
  std::vector<Problem>* problems_;
  const std::string* folder_;
  std::vector<std::string> known_;
};

}  // namespace dirbridge::config
