#pragma once
// The keys of a configuration file as a person sees them: with the comments beside them.
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge::config {

struct CommentedKey {
  std::string name;
  std::vector<std::string> around;  // the keys in which it lies, the outermost first
  std::string comment;              // on its line, and on the lines directly above
  std::string comments_around;      // the same of the keys around it
};

// A key that is commented out, as in `// "ca_file": …`, counts as one that is there.
std::vector<CommentedKey> commented_keys(std::string_view file);

}  // namespace dirbridge::config
