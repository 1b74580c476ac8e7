#pragma once
// Small pure functions on text that have no domain of their own. ASCII case only: SCIM names and LDAP
// attribute descriptions are ASCII (RFC 7643 2.1, RFC 4512 2.5); values are compared by the directory or by
// scim/.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dirbridge {

char ascii_lower(char c);
std::string ascii_lower(std::string_view text);
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
bool is_any_of(std::span<const std::string_view> words, std::string_view word);  // as iequals

struct IEquals {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return iequals(a, b); }
};
struct ILess {  // ASCII case-insensitive order, for maps keyed by attribute names
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text);
// Has a C0 control character or DEL.
bool has_control(std::string_view text);
// Each of them replaced, so that a text from outside cannot forge a line.
std::string without_controls(std::string text, char instead);
bool is_ascii(std::string_view text);
std::u32string code_points(std::string_view utf8);
std::string to_utf8(const std::u32string& code_points);

// Folding of values for comparison. Servers differ in what they take for the same, and theirs is the last
// word: OpenLDAP has NFKC and no final sigma, 389 Directory Server no NFKC, Active Directory neither.
//
// Each character's lower case, then NFKC: as OpenLDAP does where case does not count.
std::string fold_case(std::string_view utf8);
// Lower case only where all of them agree: what is one to this is one to each server. What is not need not be
// different.
std::string fold_surely(std::string_view utf8);
// Full case folding ("ß" is "ss") and NFKC, without blanks, hyphens and invisible characters: what is one to
// any server is one to this. What is need not be the same.
std::string fold_widely(std::string_view utf8);
// NFKC alone.
std::string composed(std::string_view utf8);
// No blanks at the edges, one where there are several (RFC 4518 2.6.1).
std::string without_extra_blanks(std::string_view text);

// Letter case as people write it, of no particular language.
std::string lower_case(std::string_view utf8);
std::string upper_case(std::string_view utf8);

std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);                  // no padding (RFC 4648 5)
std::optional<std::string> from_base64url(std::string_view text);  // nullopt: not what to_base64url writes

// The closest of `known` to a misspelt word, when it is close enough to be worth suggesting.
std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace dirbridge
