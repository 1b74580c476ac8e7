#pragma once
// SCIM filters by chance, from given names, operators and literals: the same sequence for the same seed on
// every machine.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace dirbridge::test {

struct Vocabulary {
  struct Name {
    std::string path;
    std::vector<std::string> operators;
    std::vector<std::string> literals;  // as they stand in a filter: "\"text\"", "true"; unused by `pr`
  };
  std::vector<Name> names;
  struct List {
    std::string path;
    std::vector<Name> parts;                       // inside the brackets
    std::vector<std::string> joints{"and", "or"};  // between two of them
  };
  std::vector<List> lists;
};

// A literal for a text: quotes around it, RFC 8259 escapes inside.
std::string quoted(const std::string& text);
std::vector<std::string> quoted(const std::vector<std::string>& texts);

class RandomFilters {
 public:
  RandomFilters(Vocabulary vocabulary, std::uint32_t seed)
      : vocabulary_(std::move(vocabulary)), random_(seed) {}
  std::string next() { return any(3); }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  std::string any(int depth);
  std::string joined(int depth);
  std::string comparison(const std::vector<Vocabulary::Name>& names);
  std::string element();

  Vocabulary vocabulary_;
  std::mt19937 random_;
};

}  // namespace dirbridge::test
