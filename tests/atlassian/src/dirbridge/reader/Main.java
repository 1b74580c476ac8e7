package dirbridge.reader;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.naming.NamingException;

/** Reads a directory as an Atlassian product does, and says what the product would make of it. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args, new PrintStream(System.out, false, StandardCharsets.UTF_8)));
  }

  private static int run(String[] args, PrintStream out) {
    if (List.of(args).contains("--help")) {
      out.print(Options.USAGE);
      out.flush();
      return 0;
    }
    try {
      Options options = Options.parse(args, System.getenv());
      if (!options.serve) return status(options, out);
      serve(options);
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
    } catch (IOException e) {
      System.err.println("cannot read " + e.getMessage());
    }
    return 2;
  }

  private static int status(Options options, PrintStream out) {
    try {
      boolean good = read(options, out);
      out.flush();
      return good ? 0 : 1;
    } catch (NamingException e) {
      System.err.println("the product could not read the directory: " + e);
      return 2;
    }
  }

  private static void serve(Options options) throws IOException {
    BufferedReader files = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String file = files.readLine(); file != null; file = files.readLine()) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(answer, false, StandardCharsets.UTF_8);
      System.setErr(out);
      int status = status(options, out);
      out.flush();
      Path part = Path.of(file + ".part");
      Files.writeString(part, status + "\n" + answer.toString(StandardCharsets.UTF_8));
      Files.move(part, Path.of(file), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static boolean read(Options o, PrintStream out) throws NamingException {
    try (Connection connection = new Connection(o.settings, o.settings.bindDn(), o.password)) {
      List<Snapshot> runs = new ArrayList<>();
      Reading reading = null;
      for (int i = 0; i < Math.max(1, o.watch); i++) {
        reading = Reading.of(connection, o.settings);
        runs.add(Snapshot.of(reading, o.settings));
      }
      Snapshot now = runs.get(runs.size() - 1);
      List<Check> checks = checks(connection, o, reading, runs);
      if (o.json) printJson(now, checks, out);
      else printText(now, checks, out);
      return now.failures().isEmpty() && checks.stream().noneMatch(c -> c.status() == Check.Status.FAILED);
    }
  }

  private static List<Check> checks(Connection connection, Options o, Reading reading, List<Snapshot> runs)
      throws NamingException {
    Snapshot now = runs.get(runs.size() - 1);
    EntryChecks entries = new EntryChecks(o.settings, reading);
    MemberChecks members = new MemberChecks(connection, o.settings, reading);
    LoginChecks logins = new LoginChecks(connection, o.settings);
    return List.of(
        entries.paging(connection),
        entries.users(o.expectedUsers),
        entries.userNames(),
        entries.groups(),
        members.resolvable(o.placeholders),
        members.spelling(),
        members.groupsOfUser(),
        logins.lookups(reading),
        logins.login(o.login, o.disabled, o.locked, o.loginPassword),
        logins.disabled(o.disabled, reading, o.before),
        HistoryChecks.renames(o.before, now),
        members.memberOf(),
        HistoryChecks.steady(runs),
        HistoryChecks.deletions(reading, o.before, now, o.expectedUsers));
  }

  private static void printJson(Snapshot now, List<Check> checks, PrintStream out) {
    Map<String, Object> json = now.toJson();
    List<Object> list = new ArrayList<>();
    for (Check check : checks) list.add(check.toJson());
    json.put("checks", list);
    out.println(Json.write(json));
  }

  private static void printText(Snapshot now, List<Check> checks, PrintStream out) {
    out.println(now.users().size() + " users");
    for (Snapshot.User user : now.users().values()) {
      out.println("  " + user.name() + "  \"" + user.displayName() + "\"  " + user.mail() + "  " + user.id());
    }
    out.println(now.groups().size() + " groups");
    for (Snapshot.Group group : now.groups().values()) {
      out.println("  " + group.name() + ": " + String.join(", ", group.members()));
    }
    for (String failure : now.failures()) out.println("the synchronisation fails: " + failure);
    for (String ignored : now.ignored()) out.println("ignored: " + ignored);
    for (Check check : checks) {
      out.printf("%-8s %2d  %s%n", check.word(), check.number(), check.title());
      for (String detail : check.details()) out.println("             " + detail);
    }
  }
}
