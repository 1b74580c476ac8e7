// Requests that two parsers could read differently. Each is sent with a second request behind it, which must
// never be answered: the first is refused and the connection ends (RFC 9112 11.2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "peer.hpp"

namespace dirbridge::http::testing_http {
namespace {

struct Vector {
  std::string name;
  std::string bytes;
  int status;
};

class Smuggling : public testing::TestWithParam<Vector> {};

TEST_P(Smuggling, IsRefusedAndTheConnectionCloses) {
  TestServer server;
  Peer peer(server.port());
  peer.send(GetParam().bytes + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer answer = peer.answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.body;
  EXPECT_NE(answer.head.find("Connection: close\r\n"), std::string::npos) << answer.head;
  EXPECT_TRUE(peer.at_end());
  EXPECT_EQ(server.handled(), 0);
}

std::string post(const std::string& fields, const std::string& body, const std::string& version = "1.1") {
  return "POST / HTTP/" + version + "\r\nHost: h\r\n" + fields + "\r\n" + body;
}
const std::string one_chunk = "1\r\nx\r\n0\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Http, Smuggling,
    testing::Values(
        Vector{"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", one_chunk),
               400},
        Vector{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", one_chunk),
               400},
        Vector{"DifferentLengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), 400},
        Vector{"SameLengthTwice", post("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), 400},
        Vector{"NegativeLength", post("Content-Length: -1\r\n", ""), 400},
        Vector{"SignedLength", post("Content-Length: +1\r\n", "x"), 400},
        Vector{"HugeLength", post("Content-Length: 99999999999999999999999\r\n", "x"), 400},
        Vector{"UnknownEncoding", post("Transfer-Encoding: xchunked\r\n", one_chunk), 501},
        Vector{"GzipThenChunked", post("Transfer-Encoding: gzip, chunked\r\n", one_chunk), 501},
        Vector{"Identity", post("Transfer-Encoding: identity\r\n", ""), 501},
        Vector{"ChunkedTwice",
               post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", one_chunk), 400},
        Vector{"EncodingWithVerticalTab", post("Transfer-Encoding: \vchunked\r\n", one_chunk), 400},
        Vector{"Http10Chunked",
               post("Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", one_chunk, "1.0"), 400},
        Vector{"NoHost", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400},
        Vector{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Vector{"FoldedLine", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400},
        Vector{"FoldedEncoding", post("X: a\r\n\tTransfer-Encoding: chunked\r\n", one_chunk), 400},
        Vector{"BareLineFeed", "GET / HTTP/1.1\nHost: h\n\n", 400},
        Vector{"BareLineFeedInHeader", "GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n", 400},
        Vector{"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n", 400},
        Vector{"SpaceBeforeColon", post("Transfer-Encoding : chunked\r\n", one_chunk), 400},
        Vector{"NulInHeader", std::string("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 35), 400},
        Vector{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 505},
        Vector{"DotSegments", "GET /a/..%2f/../b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Vector{"BrokenEscape", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Vector{"UnknownMethod", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        Vector{"LowerCaseMethod", "get / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        Vector{"Connect", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        Vector{"Trace", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
        Vector{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Vector{"Http12", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505},
        Vector{"UnknownExpectation", post("Expect: coffee\r\nContent-Length: 1\r\n", "x"), 417},
        Vector{"LongChunkExtension",
               post("Transfer-Encoding: chunked\r\n", "1;" + std::string(20'000, 'e') + "\r\nx\r\n0\r\n\r\n"),
               400},
        Vector{"BadChunkSize", post("Transfer-Encoding: chunked\r\n", "0x1\r\nx\r\n0\r\n\r\n"), 400},
        Vector{"ChunkSizeOverflow",
               post("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nx\r\n0\r\n\r\n"), 400},
        Vector{"LongRequestLine", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
        Vector{"LongTarget", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414},
        Vector{"LargeHeader", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n",
               431}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace dirbridge::http::testing_http
