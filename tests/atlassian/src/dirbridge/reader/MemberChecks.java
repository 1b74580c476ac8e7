package dirbridge.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/** Checks 5, 6, 7 and 12: does every member value lead to the user it means, whichever way the product asks. */
final class MemberChecks {
  private static final int SAMPLES = 25;
  private final Connection connection;
  private final Settings settings;
  private final Reading reading;
  private final Map<LdapName, String> known = new HashMap<>();

  MemberChecks(Connection connection, Settings settings, Reading reading) {
    this.connection = connection;
    this.settings = settings;
    this.reading = reading;
    for (Entry user : reading.users().entries()) known.put(user.name(), user.dn());
    for (Entry group : reading.groups().entries()) known.put(group.name(), group.dn());
  }

  Check resolvable(List<String> placeholders) throws NamingException {
    List<String> faults = new ArrayList<>();
    Set<LdapName> dummies = new HashSet<>();
    for (String dn : placeholders) dummies.add(Entry.parse(dn));
    int values = 0;
    int hidden = 0;
    for (Map.Entry<String, Reading.Members> group : reading.members().entrySet()) {
      if (!group.getValue().found()) faults.add(group.getKey() + ": gone when its members were read, so taken as empty");
      for (String dn : group.getValue().values()) {
        values++;
        String fault = fault(dn, dummies);
        if (fault == null && !isKnown(dn, dummies)) hidden++;
        if (fault != null) faults.add(group.getKey() + ": " + fault);
      }
    }
    String summary = values + " member values, " + hidden + " of users that the filter hides";
    return Check.of(5, "every member value names a user, a group or the placeholder", faults, summary);
  }

  private boolean isKnown(String dn, Set<LdapName> placeholders) {
    LdapName name = Entry.parse(dn);
    return known.containsKey(name) || placeholders.contains(name);
  }

  /** Null when the value is fine: known, the placeholder, or an existing user that the user filter hides. */
  private String fault(String dn, Set<LdapName> placeholders) throws NamingException {
    LdapName name;
    try {
      name = Entry.parse(dn);
    } catch (IllegalArgumentException e) {
      return "a member value is " + e.getMessage();
    }
    if (known.containsKey(name) || placeholders.contains(name)) return null;
    Entry entry = name.isEmpty() ? null : connection.read(name, "(objectClass=*)", "objectClass");
    if (entry == null) return "member " + dn + " names no entry";
    if (!entry.name().equals(name)) {
      return "member " + dn + " is spelt differently from the entry " + entry.dn() + ", so the membership is lost";
    }
    boolean user = entry.values("objectClass").stream().anyMatch(c -> c.equalsIgnoreCase(settings.userClass()));
    return user ? null : "member " + dn + " is neither a user nor a group";
  }

  Check spelling() {
    List<String> faults = new ArrayList<>();
    int compared = 0;
    for (Map.Entry<String, Reading.Members> group : reading.members().entrySet()) {
      for (String dn : group.getValue().values()) {
        String entryDn = parsable(dn) ? known.get(Entry.parse(dn)) : null;
        if (entryDn == null) continue;
        compared++;
        if (!lower(dn).equals(lower(entryDn))) faults.add(group.getKey() + ": member " + dn + " for the entry " + entryDn);
      }
    }
    String title = "member values are spelt like the DNs of the entries (naive DN matching is safe)";
    if (!settings.naiveDns() && !faults.isEmpty()) {
      return Check.skipped(6, title, "naive DN matching is off; " + faults.size() + " values are spelt differently");
    }
    return Check.of(6, title, faults, compared + " values compared");
  }

  private static boolean parsable(String dn) {
    try {
      Entry.parse(dn);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String lower(String dn) {
    return dn.toLowerCase(Locale.ENGLISH);
  }

  Check groupsOfUser() throws NamingException {
    List<String> faults = new ArrayList<>();
    Map<LdapName, Set<LdapName>> groupsByMember = groupsByMember();
    List<Entry> users = reading.users().entries();
    int step = Math.max(1, users.size() / SAMPLES);
    int asked = 0;
    for (int i = 0; i < users.size(); i += step, asked++) {
      Entry user = users.get(i);
      Set<LdapName> found = new HashSet<>();
      String filter = Filters.and(settings.groupFilter(), settings.member(), user.dn());
      for (Entry group : connection.find(settings.groupBase(), filter, settings.groupName())) found.add(group.name());
      Set<LdapName> listed = groupsByMember.getOrDefault(user.name(), Set.of());
      if (!found.equals(listed)) faults.add(user.dn() + ": searched " + sorted(found) + ", listed " + sorted(listed));
    }
    return Check.of(7, "searching the groups of a user gives what the groups list", faults, asked + " users asked for");
  }

  private Map<LdapName, Set<LdapName>> groupsByMember() {
    Map<LdapName, Set<LdapName>> map = new HashMap<>();
    reading.members().forEach((group, members) -> {
      for (String dn : members.values()) {
        if (parsable(dn)) map.computeIfAbsent(Entry.parse(dn), k -> new HashSet<>()).add(Entry.parse(group));
      }
    });
    return map;
  }

  private static Set<String> sorted(Set<LdapName> names) {
    Set<String> text = new TreeSet<>();
    for (LdapName name : names) text.add(name.toString());
    return text;
  }

  Check memberOf() throws NamingException {
    String title = "searching users by " + settings.memberOf() + " gives what the groups list";
    if (!settings.membersByMemberOf()) return Check.skipped(12, title, "ldap.usermembership.use is off");
    List<String> faults = new ArrayList<>();
    for (Entry group : reading.groups().entries()) {
      Set<LdapName> searched = new HashSet<>();
      for (String dn : Reading.byMemberOf(connection, settings, group)) searched.add(Entry.parse(dn));
      Entry entry = connection.read(group.name(), "(objectClass=*)", settings.member());
      Set<LdapName> listed = new HashSet<>();
      if (entry != null) {
        for (String dn : entry.values(settings.member())) listed.add(Entry.parse(dn));
      }
      listed.retainAll(userNames());
      if (!searched.equals(listed)) {
        faults.add(group.dn() + ": " + searched.size() + " by " + settings.memberOf() + ", " + listed.size() + " listed");
      }
    }
    return Check.of(12, title, faults, reading.groups().entries().size() + " groups");
  }

  private Set<LdapName> userNames() {
    Set<LdapName> names = new HashSet<>();
    for (Entry user : reading.users().entries()) names.add(user.name());
    return names;
  }
}
