#pragma once
// JSON as text that everybody can read. Pure functions.
#include <boost/json/value.hpp>
#include <string>

namespace dirbridge {

// UTF-8 throughout (RFC 8259 8.1), without line feeds: a string that is no UTF-8, such as an odd value of the
// directory, is written as {"base64": "..."} in the alphabet of RFC 4648 5. Keys have to be UTF-8.
std::string json_text(boost::json::value document);

}  // namespace dirbridge
