package dirbridge.reader;

/** The filters a product builds around the two that the administrator typed in (RFC 4515). */
final class Filters {
  private Filters() {}

  static String and(String filter, String attribute, String value) {
    return "(&" + filter + equal(attribute, value) + ")";
  }

  static String equal(String attribute, String value) {
    boolean binary = attribute.equalsIgnoreCase(Entry.BINARY);
    return "(" + attribute + "=" + (binary ? bytes(value) : escape(value)) + ")";
  }

  private static String bytes(String hex) {
    return hex.replaceAll("..", "\\\\$0");
  }

  private static String escape(String value) {
    StringBuilder out = new StringBuilder();
    for (char c : value.toCharArray()) {
      switch (c) {
        case '*' -> out.append("\\2a");
        case '(' -> out.append("\\28");
        case ')' -> out.append("\\29");
        case '\\' -> out.append("\\5c");
        case '\0' -> out.append("\\00");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
