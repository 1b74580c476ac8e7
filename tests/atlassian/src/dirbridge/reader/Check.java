package dirbridge.reader;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The outcome of one of the fourteen checks. */
record Check(int number, String title, Status status, List<String> details) {
  enum Status { OK, FAILED, SKIPPED }

  private static final int SHOWN = 20;

  /** Failed with the given faults, or ok with `summary` when there are none. */
  static Check of(int number, String title, List<String> faults, String summary) {
    if (faults.isEmpty()) return new Check(number, title, Status.OK, List.of(summary));
    List<String> shown = new ArrayList<>(faults.subList(0, Math.min(SHOWN, faults.size())));
    if (faults.size() > SHOWN) shown.add("and " + (faults.size() - SHOWN) + " more");
    return new Check(number, title, Status.FAILED, shown);
  }

  static Check skipped(int number, String title, String why) {
    return new Check(number, title, Status.SKIPPED, List.of(why));
  }

  String word() {
    return status.name().toLowerCase(java.util.Locale.ENGLISH);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", number);
    json.put("title", title);
    json.put("status", word());
    json.put("details", details);
    return json;
  }
}
