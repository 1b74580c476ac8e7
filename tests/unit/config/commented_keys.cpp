#include "commented_keys.hpp"

#include <regex>

namespace dirbridge::config {
namespace {

struct Line {
  std::string code;
  std::string comment;
};

// Where a comment begins that is none within a text; the end of the line otherwise.
std::size_t comment_in(std::string_view line) {
  bool in_text = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"' && (at == 0 || line[at - 1] != '\\')) in_text = !in_text;
    if (!in_text && line.substr(at, 2) == "//") return at;
  }
  return line.size();
}

std::vector<Line> lines_of(std::string_view file) {
  static const std::regex commented_out(R"re(^\s*//\s*("\w+": (?:["{\[]|\d|true\b|false\b|null\b).*)$)re");
  std::vector<Line> out;
  while (!file.empty()) {
    const auto end = std::min(file.find('\n'), file.size());
    std::string line(file.substr(0, end));
    file.remove_prefix(std::min(end + 1, file.size()));
    if (std::smatch match; std::regex_match(line, match, commented_out)) line = match[1];
    const auto at = comment_in(line);
    out.push_back({line.substr(0, at), line.substr(at)});
  }
  return out;
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t") == std::string::npos;
}

// On the line itself, and on the lines directly above that are nothing but comments.
std::string comment_of(const std::vector<Line>& lines, std::size_t number) {
  std::string out = lines[number].comment;
  for (auto above = number; above-- > 0 && is_blank(lines[above].code) && !lines[above].comment.empty();)
    out = lines[above].comment + "\n" + out;
  return out;
}

// Follows the brackets, and knows in which keys a key lies.
class Keys {
 public:
  void read(const std::string& code, const std::string& comment) {
    static const std::regex token(R"re("((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]])re");
    for (std::sregex_iterator at(code.begin(), code.end(), token), end; at != end; ++at) {
      const auto text = at->str();
      if (text == "{" || text == "[") {
        open_.push_back(last_);
        last_ = {};
      } else if (text == "}" || text == "]") {
        last_ = {};
        if (!open_.empty()) open_.pop_back();
      } else if ((*at)[2].matched) {
        note((*at)[1], comment);
      }
    }
  }

  std::vector<CommentedKey> take() && { return std::move(keys_); }

 private:
  struct Open {
    std::string name;  // empty: an element of an array
    std::string comment;
  };

  void note(const std::string& name, const std::string& comment) {
    CommentedKey key{name, {}, comment, {}};
    for (const auto& outer : open_) {
      if (!outer.name.empty()) key.around.push_back(outer.name);
      key.comments_around += outer.comment;
    }
    keys_.push_back(std::move(key));
    last_ = {name, comment};
  }

  std::vector<Open> open_;
  Open last_;  // the key whose value comes next
  std::vector<CommentedKey> keys_;
};

}  // namespace

std::vector<CommentedKey> commented_keys(std::string_view file) {
  const auto lines = lines_of(file);
  Keys keys;
  for (std::size_t number = 0; number < lines.size(); ++number)
    keys.read(lines[number].code, comment_of(lines, number));
  return std::move(keys).take();
}

}  // namespace dirbridge::config
