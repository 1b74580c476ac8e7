#include "base/blank.hpp"

#include <unicode/uchar.h>

#include "base/text.hpp"

namespace dirbridge {

namespace {

bool is_unseen(char32_t c) {
  constexpr std::u32string_view without_width =
      U"\u00AD\u034F\u115F\u1160\u180E\u200B\u2060\u3164\uFEFF\uFFA0";
  return u_isUWhiteSpace(static_cast<UChar32>(c)) || without_width.find(c) != std::u32string_view::npos;
}

}  // namespace

bool has_blank_edge(std::string_view utf8) {
  if (is_ascii(utf8)) return trim(utf8) != utf8;
  const auto text = code_points(utf8);
  return is_unseen(text.front()) || is_unseen(text.back());
}

}  // namespace dirbridge
