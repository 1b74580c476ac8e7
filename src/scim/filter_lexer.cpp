#include "scim/filter_lexer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"

namespace dirbridge::scim {

Error filter_error(std::string what, std::size_t position) {
  return error(ErrorKind::InvalidFilter,
               "filter, character " + std::to_string(position) + ": " + std::move(what), "filter");
}

Result<Token> FilterLexer::next() {
  at_ = text_.find_first_not_of(" \t\r\n", at_);
  if (at_ == std::string_view::npos) at_ = text_.size();
  Token token{Token::Kind::End, {}, at_ + 1};
  if (at_ == text_.size()) return token;
  switch (text_[at_]) {
    case '(':
      token.kind = Token::Kind::OpenParenthesis;
      break;
    case ')':
      token.kind = Token::Kind::CloseParenthesis;
      break;
    case '[':
      token.kind = Token::Kind::OpenBracket;
      break;
    case ']':
      token.kind = Token::Kind::CloseBracket;
      break;
    case '"':
      return quoted();
    default: {
      const auto end = std::min(text_.find_first_of(" \t\r\n()[]\"", at_), text_.size());
      token.kind = Token::Kind::Word;
      token.text = text_.substr(at_, end - at_);
      if (has_control(token.text)) return filter_error("unexpected control character", token.position);
      at_ = end;
      return token;
    }
  }
  ++at_;
  return token;
}

Result<Token> FilterLexer::quoted() {
  const auto start = at_;
  std::size_t end = start + 1;
  while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
  if (end >= text_.size()) return filter_error("the text is not closed by a quote", start + 1);
  at_ = end + 1;
  const auto literal = text_.substr(start, at_ - start);
  boost::system::error_code ec;
  const auto value = boost::json::parse({literal.data(), literal.size()}, ec);
  if (ec || !value.is_string()) return filter_error("the text is not valid as a JSON string", start + 1);
  const auto& text = value.get_string();
  if (text.find('\0') != boost::json::string::npos)
    return filter_error("the text holds a NUL character", start + 1);
  return Token{Token::Kind::Text, std::string(text), start + 1};
}

}  // namespace dirbridge::scim
