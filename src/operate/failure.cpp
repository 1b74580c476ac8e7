#include "operate/failure.hpp"

#include <boost/json.hpp>

namespace dirbridge::operate {

namespace json = boost::json;

json::array to_json(const std::vector<Failure>& failures) {
  json::array out;
  for (const auto& failure : failures) {
    json::object one;
    if (!failure.what.empty()) one["what"] = failure.what;
    one["detail"] = failure.detail;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace dirbridge::operate
