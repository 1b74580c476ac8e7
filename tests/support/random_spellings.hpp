#pragma once
// Pairs of texts that a server may take for the same: of random characters, each of a kind of which servers
// disagree which are one. More than random_names.hpp has.
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace dirbridge::test {

class RandomSpellings {
 public:
  explicit RandomSpellings(unsigned seed) : random_(seed) {}

  // The second one is the first with some of its characters spelled otherwise.
  std::pair<std::string, std::string> next() {
    static const std::vector<std::vector<std::string>> kinds{
        {"a", "A", "\uff41", "\uff21", "\u00aa"},     // full width, ordinal
        {"\u00df", "ss", "SS", "\u1e9e", "\u017fs"},  // sharp s
        {"\u03c3", "\u03c2", "\u03a3"},               // final sigma
        {"\u00eb", "e\u0308", "\u00cb", "E\u0308"},   // composed or not
        {"s", "S", "\u017f"},                         // long s
        {" ", "  ", "\u00a0", "\u3000"},              // blanks
        {"\ufb01", "fi", "FI"},                       // ligature
        {"i", "I", "\u0130", "\u0131"},               // Turkish
        {"k", "K", "\u212a"},                         // Kelvin
        {"\u00e5", "\u00c5", "\u212b", "a\u030a"},    // Angstrom
        {"\u01c6", "\u01c5", "\u01c4"},               // title case
        {"-", "\u2011", "\u2010"},                    // hyphens
        {",", "\uff0c"},
        {"1", "\u00b9", "\u2460"},  // superscript, circled
        {"x", "x\u200b", "X"},      // what nobody sees
    };
    auto first = std::string(1, static_cast<char>('b' + below(4)));
    auto second = first;
    for (std::size_t i = 0, length = 1 + below(4); i < length; ++i) {
      const auto& kind = kinds[below(kinds.size())];
      const auto& one = kind[below(kind.size())];
      first += one;
      second += below(2) == 0 ? one : kind[below(kind.size())];
    }
    // At the edge a blank counts for nothing, or is refused.
    if (below(3) != 0) return {first + 'e', second + 'E'};
    return {first, second};
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  std::mt19937 random_;
};

}  // namespace dirbridge::test
