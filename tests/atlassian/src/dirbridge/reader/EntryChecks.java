package dirbridge.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.NamingException;

/** Checks 1 to 4: can the product list users and groups completely, and is every name usable. */
final class EntryChecks {
  private static final int LONGEST = 255;
  private final Settings settings;
  private final Reading reading;

  EntryChecks(Settings settings, Reading reading) {
    this.settings = settings;
    this.reading = reading;
  }

  Check paging(Connection connection) throws NamingException {
    String title = "bind, and paged results when the settings ask for them";
    if (!settings.paged()) return Check.of(1, title, List.of(), "bound; paging is off");
    if (connection.offersPaging()) return Check.of(1, title, List.of(), "bound; paging is offered");
    return Check.of(1, title, List.of("paging is on, but the server does not offer " + Connection.PAGED_RESULTS), "");
  }

  Check users(Integer expected) {
    List<String> faults = new ArrayList<>();
    int count = reading.users().entries().size();
    if (!reading.users().complete()) faults.add("users: " + reading.users().cut());
    if (!reading.userNames().complete()) faults.add("user names: " + reading.userNames().cut());
    if (expected != null && expected != count) faults.add("expected " + expected + " users, read " + count);
    if (expected == null && count == 0) {
      faults.add("no user matches " + settings.userFilter() + ": a synchronisation would remove everybody. An attribute"
          + " that the server does not know, or that the bind DN may not search, makes a filter match nobody");
    }
    return Check.of(2, "all users are listed", faults, count + " users");
  }

  Check userNames() throws NamingException {
    List<String> faults = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    Map<String, String> ids = new HashMap<>();
    for (Entry user : reading.users().entries()) {
      name(user, settings.userName(), names, faults);
      if (!settings.userId().isEmpty()) id(user, ids, faults);
    }
    return Check.of(3, "every user has one usable, unique name and id", faults, names.size() + " names");
  }

  Check groups() throws NamingException {
    List<String> faults = new ArrayList<>();
    Map<String, String> names = new HashMap<>();
    if (!reading.groups().complete()) faults.add("groups: " + reading.groups().cut());
    if (!reading.groupNames().complete()) faults.add("group names: " + reading.groupNames().cut());
    for (Entry group : reading.groups().entries()) name(group, settings.groupName(), names, faults);
    return Check.of(4, "all groups are listed, each with one unique name", faults, names.size() + " groups");
  }

  private static void name(Entry entry, String attribute, Map<String, String> seen, List<String> faults)
      throws NamingException {
    List<String> values = entry.values(attribute);
    if (values.size() != 1) {
      faults.add(entry.dn() + ": " + values.size() + " values of " + attribute + ", wanted one");
      return;
    }
    String name = values.get(0);
    if (name.length() > LONGEST) faults.add(entry.dn() + ": " + attribute + " is longer than " + LONGEST + " characters");
    if (name.chars().anyMatch(Character::isISOControl)) faults.add(entry.dn() + ": control character in " + attribute);
    if (!name.strip().equals(name) || name.isEmpty()) faults.add(entry.dn() + ": blanks around " + attribute);
    String other = seen.putIfAbsent(name.toLowerCase(Locale.ENGLISH), entry.dn());
    if (other != null) faults.add(entry.dn() + ": " + attribute + " \"" + name + "\" is also that of " + other);
  }

  private void id(Entry user, Map<String, String> seen, List<String> faults) throws NamingException {
    List<String> values = user.values(settings.userId());
    if (values.size() != 1) {
      faults.add(user.dn() + ": " + values.size() + " values of " + settings.userId() + ", wanted one");
      return;
    }
    String other = seen.putIfAbsent(values.get(0), user.dn());
    if (other != null) faults.add(user.dn() + ": " + settings.userId() + " is also that of " + other);
  }
}
