#include "operate/token_list.hpp"

#include <boost/json.hpp>

#include "tokens/file.hpp"

namespace dirbridge::operate {

namespace json = boost::json;

Result<std::vector<ListedToken>> token_list(const std::string& tokens_file) {
  const auto tokens = tokens::read_token_file(tokens_file);
  std::vector<ListedToken> out;
  if (!tokens && tokens.error().kind == ErrorKind::NotFound) return out;
  if (!tokens) return tokens.error();
  for (const auto& token : *tokens) out.push_back({token.id, token.created, token.label});
  return out;
}

json::object to_json(const std::vector<ListedToken>& tokens) {
  json::array list;
  for (const auto& token : tokens)
    list.push_back({{"id", token.id}, {"created", token.created}, {"label", token.label}});
  return {{"tokens", std::move(list)}};
}

}  // namespace dirbridge::operate
