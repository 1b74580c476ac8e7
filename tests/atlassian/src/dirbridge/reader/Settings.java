package dirbridge.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * The values an administrator typed into the LDAP form of an Atlassian product, under the keys the product stores them
 * with. Values absent here have the product's own default.
 */
final class Settings {
  private static final List<String> REQUIRED = List.of("ldap.url", "ldap.userdn", "ldap.basedn", "ldap.user.filter",
      "ldap.user.objectclass", "ldap.user.username", "ldap.group.filter", "ldap.group.name", "ldap.group.usernames");

  private final Map<String, Object> values;

  /** @throws IllegalArgumentException naming every missing key at once */
  Settings(Map<String, Object> values) {
    this.values = values;
    List<String> missing = new ArrayList<>();
    for (String key : REQUIRED) {
      if (text(key, "").isEmpty()) missing.add(key);
    }
    if (!missing.isEmpty()) throw new IllegalArgumentException("settings without " + String.join(", ", missing));
  }

  private String text(String key, String otherwise) {
    Object value = values.get(key);
    if (value instanceof Double d && d == Math.rint(d)) return String.valueOf(d.longValue());
    return value == null ? otherwise : value.toString();
  }

  private boolean flag(String key, boolean otherwise) {
    return Boolean.parseBoolean(text(key, String.valueOf(otherwise)));
  }

  private int number(String key, int otherwise) {
    String value = text(key, "");
    try {
      return value.isEmpty() ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is not a number: " + value);
    }
  }

  String url() { return text("ldap.url", ""); }
  String bindDn() { return text("ldap.userdn", ""); }
  LdapName userBase() { return base("ldap.user.dn"); }
  LdapName groupBase() { return base("ldap.group.dn"); }

  String userFilter() { return text("ldap.user.filter", ""); }
  String userClass() { return text("ldap.user.objectclass", ""); }
  String userName() { return text("ldap.user.username", ""); }
  String firstName() { return text("ldap.user.firstname", "givenName"); }
  String lastName() { return text("ldap.user.lastname", "sn"); }
  String displayName() { return text("ldap.user.displayname", "displayName"); }
  String mail() { return text("ldap.user.email", "mail"); }
  String userId() { return text("ldap.external.id", ""); }
  String memberOf() { return text("ldap.user.group", "memberOf"); }

  String groupFilter() { return text("ldap.group.filter", ""); }
  String groupName() { return text("ldap.group.name", ""); }
  String groupDescription() { return text("ldap.group.description", "description"); }
  String groupId() { return text("ldap.group.external.id", ""); }
  String member() { return text("ldap.group.usernames", ""); }

  boolean paged() { return flag("ldap.pagedresults", false); }
  int pageSize() { return number("ldap.pagedresults.size", 1000); }
  boolean followReferrals() { return flag("ldap.referral", false); }
  boolean naiveDns() { return flag("ldap.relaxed.dn.standardisation", true); }
  boolean membersByMemberOf() { return flag("ldap.usermembership.use", false); }
  boolean nestedGroups() { return !flag("ldap.nestedgroups.disabled", true); }
  int connectTimeoutMs() { return number("ldap.connection.timeout", 10_000); }
  int readTimeoutMs() { return number("ldap.read.timeout", 120_000); }
  int searchTimeLimitMs() { return number("ldap.search.timelimit", 60_000); }

  /** Additional DN and base DN, parsed as one; the product falls silently back to the empty base, we do not. */
  private LdapName base(String additionalKey) {
    String additional = text(additionalKey, "");
    String whole = additional.isEmpty() ? text("ldap.basedn", "") : additional + "," + text("ldap.basedn", "");
    try {
      return new LdapName(whole);
    } catch (InvalidNameException e) {
      throw new IllegalArgumentException(additionalKey + " and ldap.basedn do not make a DN: " + whole);
    }
  }
}
