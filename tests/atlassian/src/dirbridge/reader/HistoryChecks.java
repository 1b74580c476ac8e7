package dirbridge.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks 11, 13 and 14: what one synchronisation would do to a product that holds the result of an earlier one. */
final class HistoryChecks {
  private HistoryChecks() {}

  static Check renames(Snapshot before, Snapshot now) {
    String title = "renamed users keep their id and groups";
    if (before == null) return Check.skipped(11, title, "no --before given");
    List<String> faults = new ArrayList<>();
    List<String> renames = new ArrayList<>();
    Map<String, Snapshot.User> byId = now.byId();
    for (Snapshot.User old : before.users().values()) {
      Snapshot.User user = byId.get(old.id());
      Snapshot.User sameName = now.users().get(Snapshot.key(old.name()));
      if (user == null && sameName != null) {
        faults.add(old.name() + ": another id than before, so the entry was deleted and made again");
      }
      if (user == null || user.name().equals(old.name())) continue;
      renames.add(old.name() + " -> " + user.name());
      Set<String> was = before.groupsOf(old.name());
      Set<String> is = now.groupsOf(user.name());
      if (!was.equals(is)) faults.add(old.name() + " -> " + user.name() + ": groups were " + was + ", are " + is);
    }
    if (faults.isEmpty() && renames.isEmpty()) return Check.skipped(11, title, "nobody was renamed");
    return Check.of(11, title, faults, String.join(", ", renames));
  }

  /** A group or user that is there before and after must be there in between; a group with members must keep some. */
  static Check steady(List<Snapshot> runs) {
    String title = "no group or user is missing, no group empty, in between";
    if (runs.size() < 3) return Check.skipped(13, title, "needs --watch 3 or more");
    List<String> faults = new ArrayList<>();
    List<Set<String>> groups = new ArrayList<>();
    List<Set<String>> filled = new ArrayList<>();
    List<Set<String>> ids = new ArrayList<>();
    for (Snapshot run : runs) {
      groups.add(run.groups().keySet());
      Set<String> withMembers = new TreeSet<>();
      run.groups().forEach((name, group) -> { if (!group.members().isEmpty()) withMembers.add(name); });
      filled.add(withMembers);
      ids.add(run.byId().keySet());
      for (String failure : run.failures()) faults.add("a run fails: " + failure);
    }
    gaps("group is missing", groups, faults);
    gaps("group is empty", filled, faults);
    gaps("user is missing", ids, faults);
    return Check.of(13, title, faults, runs.size() + " runs");
  }

  private static void gaps(String what, List<Set<String>> runs, List<String> faults) {
    for (int i = 1; i + 1 < runs.size(); i++) {
      Set<String> missing = new TreeSet<>(runs.get(i - 1));
      missing.removeAll(runs.get(i));
      for (String name : missing) {
        boolean comesBack = runs.subList(i + 1, runs.size()).stream().anyMatch(later -> later.contains(name));
        if (comesBack) faults.add("run " + (i + 1) + ": " + what + ": " + name);
      }
    }
  }

  /** The product takes a cut listing for everything and deletes the rest. */
  static Check deletions(Reading reading, Snapshot before, Snapshot now, Integer expected) {
    String title = "no user is deleted because a listing was cut";
    int read = reading.users().entries().size();
    if (reading.users().complete()) return Check.of(14, title, List.of(), "the listing is complete");
    String cut = reading.users().cut() + ": ";
    if (before != null) return failed(title, cut + "would delete " + before.removedBy(now).size() + " users");
    if (expected != null) return failed(title, cut + "would delete " + Math.max(0, expected - read) + " users");
    return failed(title, cut + "would delete every other user");
  }

  private static Check failed(String title, String detail) {
    return Check.of(14, title, List.of(detail), "");
  }
}
