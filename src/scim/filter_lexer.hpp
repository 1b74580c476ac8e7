#pragma once
// Inside scim/: the tokens of a filter. A word is anything without blanks, quotes and brackets: a name, an
// operator, a number, or `.sub` after a bracket.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dirbridge::scim {

struct Token {
  enum class Kind { Word, Text, OpenParenthesis, CloseParenthesis, OpenBracket, CloseBracket, End };
  Kind kind = Kind::End;
  std::string text;          // Text: unescaped
  std::size_t position = 1;  // in the filter, from 1
};

class FilterLexer {
 public:
  explicit FilterLexer(std::string_view text) : text_(text) {}
  Result<Token> next();  // InvalidFilter: unterminated or malformed text

 private:
  Result<Token> quoted();

  std::string_view text_;
  std::size_t at_ = 0;
};

// InvalidFilter with the position in the detail.
Error filter_error(std::string what, std::size_t position);

}  // namespace dirbridge::scim
