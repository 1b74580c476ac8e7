package dirbridge.reader;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.ldap.LdapName;

/** An entry as JNDI delivered it: the server's spelling of its DN, and its attributes. */
record Entry(String dn, Attributes attributes) {
  /** Active Directory's unique id: bytes, shown as hexadecimal digits. */
  static final String BINARY = "objectGUID";

  private static final int CUT = 255;

  LdapName name() {
    return parse(dn);
  }

  /** @throws IllegalArgumentException when JNDI cannot parse it, which ends a product's synchronisation */
  static LdapName parse(String dn) {
    try {
      return new LdapName(dn);
    } catch (InvalidNameException e) {
      throw new IllegalArgumentException("not a DN: " + dn);
    }
  }

  List<String> values(String attribute) throws NamingException {
    List<String> list = new ArrayList<>();
    Attribute found = attribute.isEmpty() ? null : attributes.get(attribute);
    if (found == null) return list;
    for (NamingEnumeration<?> e = found.getAll(); e.hasMore(); ) list.add(shown(e.next()));
    return list;
  }

  private static String shown(Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }

  /** The first value, as the product uses it: text that XML cannot hold counts as absent, long text is cut. */
  String text(String attribute) throws NamingException {
    List<String> all = values(attribute);
    if (all.isEmpty() || !isXmlText(all.get(0))) return "";
    String value = all.get(0).isBlank() ? "" : all.get(0);
    return value.length() > CUT ? value.substring(0, CUT) : value;
  }

  static boolean isXmlText(String value) {
    return value.codePoints().allMatch(c -> c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000);
  }
}
