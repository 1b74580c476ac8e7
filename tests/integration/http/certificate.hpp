#pragma once
// A throw-away certificate in a folder of its own, gone with the object.
#include <filesystem>
#include <string>

namespace dirbridge::http::testing_http {

class Certificate {
 public:
  // `names` as OpenSSL writes subjectAltName: "DNS:localhost,IP:127.0.0.1".
  enum class KeyType { EllipticCurve, Rsa };
  explicit Certificate(const std::string& names, KeyType type = KeyType::EllipticCurve);
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  std::string certificate_file() const { return folder_ / "certificate.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace dirbridge::http::testing_http
