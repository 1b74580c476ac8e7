package dirbridge.reader;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/** What a full synchronisation asks, in the product's order, and the raw answers. */
record Reading(Connection.Result users, Connection.Result groups, Connection.Result userNames,
    Connection.Result groupNames, Map<String, Members> members) {

  /** One group's member values; `found` is false when the group was gone between the listing and this read. */
  record Members(boolean found, List<String> values) {}

  static Reading of(Connection connection, Settings s) throws NamingException {
    Connection.Result users = connection.list(s.userBase(), s.userFilter(), userAttributes(s));
    Connection.Result groups =
        connection.list(s.groupBase(), s.groupFilter(), s.groupName(), s.groupDescription(), s.groupId());
    Connection.Result userNames = connection.list(s.userBase(), s.userFilter(), s.userName());
    Connection.Result groupNames = connection.list(s.groupBase(), s.groupFilter(), s.groupName());
    Map<String, Members> members = new LinkedHashMap<>();
    for (Entry group : groups.entries()) members.put(group.dn(), membersOf(connection, s, group));
    return new Reading(users, groups, userNames, groupNames, members);
  }

  static String[] userAttributes(Settings s) {
    List<String> names = new ArrayList<>(
        List.of(s.userName(), s.mail(), s.firstName(), s.lastName(), s.displayName()));
    if (!s.userId().isEmpty()) names.add(s.userId());
    return names.toArray(String[]::new);
  }

  private static Members membersOf(Connection connection, Settings s, Entry group) throws NamingException {
    if (s.membersByMemberOf() && !s.nestedGroups()) return new Members(true, byMemberOf(connection, s, group));
    Entry entry = connection.read(group.name(), "(objectClass=*)", s.groupName(), s.groupDescription(), s.groupId(),
        s.member());
    if (entry == null) return new Members(false, List.of());
    List<String> values = new ArrayList<>(entry.values(s.member()));
    if (s.membersByMemberOf()) values.addAll(byMemberOf(connection, s, group));
    return new Members(true, values);
  }

  static List<String> byMemberOf(Connection connection, Settings s, Entry group) throws NamingException {
    String filter = Filters.and(s.userFilter(), s.memberOf(), group.dn());
    List<String> dns = new ArrayList<>();
    for (Entry user : connection.list(s.userBase(), filter, "1.1").entries()) dns.add(user.dn());
    return dns;
  }

  /** Users by name, the way memberships are joined: parsed JNDI names, from the second listing. */
  Map<LdapName, String> namesByDn(Settings s) throws NamingException {
    Map<LdapName, String> names = new LinkedHashMap<>();
    for (Entry user : userNames.entries()) names.put(user.name(), user.text(s.userName()));
    return names;
  }
}
