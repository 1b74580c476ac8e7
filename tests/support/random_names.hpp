#pragma once
// Names that some servers take for the same and others do not: letter case, composed and decomposed, blanks,
// sharp s, final sigma, long s, Turkish i, full width, and what DNs escape. Each variant of a word may meet
// another one of the same word.
#include <random>
#include <string>
#include <vector>

namespace dirbridge::test {

class RandomNames {
 public:
  explicit RandomNames(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::vector<std::string>> words{
        {"ann", "ANN", "Ann", "\uff41nn"},
        {"Dev Ops", "Dev  Ops", "dev ops", "Dev\u00a0Ops", "Dev\u3000Ops"},
        {"m.Strau\u00df", "m.Strauss", "M.STRAUSS", "m.Strau\u1e9e"},
        {"\u03bd\u03af\u03ba\u03bf\u03c2", "\u039d\u038a\u039a\u039f\u03a3",
         "\u03bd\u03af\u03ba\u03bf\u03c3"},
        {"Zo\u00eb", "Zoe\u0308", "ZO\u00cb", "zoe\u0308"},
        {"sam", "\u017fam", "SAM"},
        {"iz", "\u0130z", "\u0131z", "IZ"},
        {"c++", "C++", "c+ +"},
        {"fix", "\ufb01x", "FIX"},
        {"a,b", "A,B", "#a", "#A"},
        {"\u212aelvin", "kelvin"},
        {"x", "x\u200b", "x-"},
    };
    const auto& word = words[below(words.size())];
    return word[below(word.size())];
  }

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  std::mt19937 random_;
};

}  // namespace dirbridge::test
