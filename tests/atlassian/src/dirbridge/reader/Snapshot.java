package dirbridge.reader;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;

/**
 * What the product would hold after a synchronisation: users and groups by lower-case name, members resolved to user
 * names. `failures` are the reasons for which the product would give up and keep what it had.
 */
record Snapshot(Map<String, User> users, Map<String, Group> groups, List<String> failures, List<String> ignored) {
  record User(String dn, String name, String firstName, String lastName, String displayName, String mail, String id) {}

  record Group(String dn, String name, String description, Set<String> members) {}

  static String key(String name) {
    return name.toLowerCase(Locale.ENGLISH);
  }

  static Snapshot of(Reading reading, Settings settings) throws NamingException {
    Snapshot snapshot = new Snapshot(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    for (Entry entry : reading.users().entries()) snapshot.addUser(entry, settings);
    snapshot.addGroups(reading, settings);
    return snapshot;
  }

  private void addUser(Entry entry, Settings s) throws NamingException {
    String name = entry.text(s.userName());
    if (name.isEmpty()) {
      failures.add("user without a readable " + s.userName() + ": " + entry.dn());
      return;
    }
    List<String> ids = entry.values(s.userId());
    String id = ids.size() == 1 && Entry.isXmlText(ids.get(0)) ? ids.get(0) : "";
    String first = entry.text(s.firstName());
    String last = entry.text(s.lastName());
    String display = entry.text(s.displayName());
    if (display.isEmpty()) display = (first + " " + last).isBlank() ? name : (first + " " + last).trim();
    User user = new User(entry.dn(), name, first, last, display, entry.text(s.mail()), id);
    if (users.putIfAbsent(key(name), user) != null) failures.add("two users named " + name);
  }

  private void addGroups(Reading reading, Settings s) throws NamingException {
    Map<LdapName, String> names = reading.namesByDn(s);
    Set<String> twice = new HashSet<>();
    for (Entry entry : reading.groups().entries()) {
      String name = entry.text(s.groupName());
      if (name.isEmpty()) {
        failures.add("group without a readable " + s.groupName() + ": " + entry.dn());
        continue;
      }
      Set<String> members = resolve(reading.members().get(entry.dn()), names);
      Group group = new Group(entry.dn(), name, entry.text(s.groupDescription()), members);
      if (groups.putIfAbsent(key(name), group) != null) twice.add(key(name));
    }
    for (String name : twice) {
      groups.remove(name);
      ignored.add("every group named " + name + ", since there are several");
    }
  }

  private Set<String> resolve(Reading.Members members, Map<LdapName, String> names) {
    Set<String> resolved = new TreeSet<>();
    for (String dn : members.values()) {
      try {
        String name = names.get(Entry.parse(dn));
        if (name != null) resolved.add(name);
      } catch (IllegalArgumentException e) {
        failures.add("member value is " + e.getMessage());
      }
    }
    return resolved;
  }

  /** Users by their unique id; those without one are left out. */
  Map<String, User> byId() {
    Map<String, User> map = new HashMap<>();
    for (User user : users.values()) {
      if (!user.id().isEmpty()) map.put(user.id(), user);
    }
    return map;
  }

  Set<String> groupsOf(String userName) {
    Set<String> names = new TreeSet<>();
    for (Group group : groups.values()) {
      if (group.members().stream().anyMatch(m -> key(m).equals(key(userName)))) names.add(group.name());
    }
    return names;
  }

  /** Names of the users a product that holds this snapshot would remove on reading `next`. */
  List<String> removedBy(Snapshot next) {
    Map<String, User> ids = next.byId();
    List<String> names = new ArrayList<>();
    for (User user : users.values()) {
      if (!ids.containsKey(user.id()) && !next.users.containsKey(key(user.name()))) names.add(user.name());
    }
    return names;
  }

  Map<String, Object> toJson() {
    List<Object> userList = new ArrayList<>();
    for (User u : users.values()) {
      Map<String, Object> user = new LinkedHashMap<>();
      user.put("dn", u.dn());
      user.put("name", u.name());
      user.put("firstName", u.firstName());
      user.put("lastName", u.lastName());
      user.put("displayName", u.displayName());
      user.put("mail", u.mail());
      user.put("id", u.id());
      userList.add(user);
    }
    List<Object> groupList = new ArrayList<>();
    for (Group g : groups.values()) {
      Map<String, Object> group = new LinkedHashMap<>();
      group.put("dn", g.dn());
      group.put("name", g.name());
      group.put("description", g.description());
      group.put("members", g.members());
      groupList.add(group);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("synchronises", failures.isEmpty());
    json.put("failures", failures);
    json.put("ignored", ignored);
    json.put("users", userList);
    json.put("groups", groupList);
    return json;
  }

  /** Reads back what toJson wrote. */
  static Snapshot fromJson(Map<?, ?> json) {
    Snapshot snapshot = new Snapshot(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    for (Object item : (List<?>) json.get("users")) {
      Map<?, ?> u = (Map<?, ?>) item;
      User user = new User(text(u, "dn"), text(u, "name"), text(u, "firstName"), text(u, "lastName"),
          text(u, "displayName"), text(u, "mail"), text(u, "id"));
      snapshot.users.put(key(user.name()), user);
    }
    for (Object item : (List<?>) json.get("groups")) {
      Map<?, ?> g = (Map<?, ?>) item;
      Set<String> members = new TreeSet<>();
      for (Object member : (List<?>) g.get("members")) members.add(member.toString());
      Group group = new Group(text(g, "dn"), text(g, "name"), text(g, "description"), members);
      snapshot.groups.put(key(group.name()), group);
    }
    return snapshot;
  }

  private static String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? "" : value.toString();
  }
}
