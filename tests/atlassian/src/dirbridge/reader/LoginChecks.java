package dirbridge.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.naming.AuthenticationException;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;

/** Checks 8, 9 and 10: finding one user, logging in, and what has become of disabled users. */
final class LoginChecks {
  private static final int SAMPLES = 25;
  private final Connection connection;
  private final Settings settings;

  LoginChecks(Connection connection, Settings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  Check lookups(Reading reading) throws NamingException {
    List<String> faults = new ArrayList<>();
    List<Entry> users = reading.users().entries();
    int step = Math.max(1, users.size() / SAMPLES);
    int asked = 0;
    for (int i = 0; i < users.size(); i += step, asked++) {
      Entry user = users.get(i);
      String name = user.text(settings.userName());
      if (name.isEmpty()) continue;
      one(user, settings.userName(), otherCase(name), faults);
      for (String id : user.values(settings.userId())) one(user, settings.userId(), id, faults);
    }
    return Check.of(8, "a user is found by name in any case, and by id", faults, asked + " users asked for");
  }

  private void one(Entry user, String attribute, String value, List<String> faults) throws NamingException {
    List<Entry> found = byFilter(settings.userFilter(), attribute, value);
    if (found.size() == 1 && found.get(0).name().equals(user.name())) return;
    faults.add(attribute + "=" + value + ": found " + found.size() + ", wanted " + user.dn());
  }

  private List<Entry> byFilter(String filter, String attribute, String value) throws NamingException {
    return connection.find(settings.userBase(), Filters.and(filter, attribute, value), Reading.userAttributes(settings));
  }

  private static String otherCase(String name) {
    String upper = name.toUpperCase(Locale.ENGLISH);
    return upper.equals(name) ? name.toLowerCase(Locale.ENGLISH) : upper;
  }

  /** `login` must get in; users of `disabled` must not be found at all and, when `locked`, must be refused by the server. */
  Check login(String login, List<String> disabled, boolean locked, String password) throws NamingException {
    String title = "a user can log in, a disabled one cannot";
    if (login == null && disabled.isEmpty()) return Check.skipped(9, title, "no --login and no --disabled given");
    List<String> faults = new ArrayList<>();
    if (login != null) {
      List<Entry> found = byFilter(settings.userFilter(), settings.userName(), login);
      if (found.size() != 1) faults.add(login + ": found " + found.size() + " times");
      else if (!binds(found.get(0).dn(), password)) faults.add(login + ": refused by the server");
    }
    for (String name : disabled) {
      if (!byFilter(settings.userFilter(), settings.userName(), name).isEmpty()) faults.add(name + ": found at login");
      if (!locked) continue;
      for (Entry entry : byFilter(anyUser(), settings.userName(), name)) {
        if (binds(entry.dn(), password)) faults.add(name + ": the server lets a disabled user in");
      }
    }
    return Check.of(9, title, faults, login == null ? "disabled users stay out" : login + " logged in");
  }

  // 389 Directory Server answers unwillingToPerform for a locked account (nsAccountLock).
  private boolean binds(String dn, String password) throws NamingException {
    try {
      new Connection(settings, dn, password).close();
      return true;
    } catch (AuthenticationException | OperationNotSupportedException e) {
      return false;
    }
  }

  private String anyUser() {
    return Filters.equal("objectClass", settings.userClass());
  }

  /** Disabled users: absent for the product, yet still there, with the id they had in `before`. */
  Check disabled(List<String> names, Reading reading, Snapshot before) throws NamingException {
    String title = "disabled users are hidden and still exist";
    if (names.isEmpty()) return Check.skipped(10, title, "no --disabled given");
    List<String> faults = new ArrayList<>();
    for (String name : names) {
      for (Entry user : reading.users().entries()) {
        if (user.text(settings.userName()).equalsIgnoreCase(name)) faults.add(name + ": still listed");
      }
      List<Entry> entries = byFilter(anyUser(), settings.userName(), name);
      if (entries.size() != 1) {
        faults.add(name + ": " + entries.size() + " entries, wanted one");
        continue;
      }
      Snapshot.User old = before == null ? null : before.users().get(Snapshot.key(name));
      String id = entries.get(0).text(settings.userId());
      if (old != null && !old.id().equals(id)) faults.add(name + ": id was " + old.id() + ", is now " + id);
    }
    return Check.of(10, title, faults, names.size() + " disabled users");
  }
}
