package dirbridge.reader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The command line. Passwords come from files or the environment, never from arguments. */
final class Options {
  static final String USAGE = """
      Reads an LDAP directory as an Atlassian product does and runs 14 checks.

        read --settings FILE [options]

        --settings FILE       JSON object of the product's LDAP settings (dirbridge atlassian-settings --format json)
        --password-file FILE  password of the product's bind DN; or environment DIRBRIDGE_READER_PASSWORD
        --json                result as JSON, for --before and for scripts
        --before FILE         earlier JSON result: check 11 (renames), 10 (ids), 14 (how many would go)
        --expect-users N      how many users there must be (check 2, 14)
        --login NAME          check 9: this user can log in; password in DIRBRIDGE_READER_LOGIN_PASSWORD
        --disabled NAME       checks 9, 10: this user is hidden but exists; may be repeated
        --locked              check 9: the server refuses the disabled users' password too
        --placeholder DN      member value that stands for nobody; may be repeated
        --watch N             check 13: read N times in a row
        --serve               stay: each line of the standard input names a file, which then gets the exit status in
                              its first line and the answer of a new reading below
        --help                this text

      Exit status: 0 all checks hold, 1 some fail, 2 the directory could not be read or the command line is wrong.
      """;

  Settings settings;
  String password = "";
  String loginPassword = "";
  boolean json = false;
  boolean locked = false;
  boolean serve = false;
  Snapshot before;
  Integer expectedUsers;
  String login;
  int watch = 1;
  final List<String> disabled = new ArrayList<>();
  final List<String> placeholders = new ArrayList<>();

  /** @throws IllegalArgumentException with a sentence for the person at the keyboard */
  static Options parse(String[] args, Map<String, String> environment) throws IOException {
    Options options = new Options();
    options.password = environment.getOrDefault("DIRBRIDGE_READER_PASSWORD", "");
    options.loginPassword = environment.getOrDefault("DIRBRIDGE_READER_LOGIN_PASSWORD", "");
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--json")) options.json = true;
      else if (args[i].equals("--locked")) options.locked = true;
      else if (args[i].equals("--serve")) options.serve = true;
      else if (i + 1 == args.length) throw new IllegalArgumentException("unknown option or missing value: " + args[i]);
      else options.take(args[i], args[++i]);
    }
    if (options.settings == null) throw new IllegalArgumentException("--settings is missing");
    if (options.password.isEmpty()) throw new IllegalArgumentException("no password: set DIRBRIDGE_READER_PASSWORD");
    return options;
  }

  private void take(String option, String value) throws IOException {
    switch (option) {
      case "--settings" -> settings = new Settings(object(value));
      case "--password-file" -> password = Files.readString(Path.of(value)).lines().findFirst().orElse("");
      case "--before" -> before = Snapshot.fromJson(object(value));
      case "--expect-users" -> expectedUsers = number(option, value);
      case "--login" -> login = value;
      case "--disabled" -> disabled.add(value);
      case "--placeholder" -> placeholders.add(value);
      case "--watch" -> watch = number(option, value);
      default -> throw new IllegalArgumentException("unknown option " + option);
    }
  }

  private static int number(String option, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " wants a number, not " + value);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(String file) throws IOException {
    try {
      if (Json.parse(Files.readString(Path.of(file))) instanceof Map<?, ?> map) return (Map<String, Object>) map;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage());
    }
    throw new IllegalArgumentException(file + ": not a JSON object");
  }
}
