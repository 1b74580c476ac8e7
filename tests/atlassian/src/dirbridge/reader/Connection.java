package dirbridge.reader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.PartialResultException;
import javax.naming.SizeLimitExceededException;
import javax.naming.directory.Attribute;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.Control;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.PagedResultsControl;
import javax.naming.ldap.PagedResultsResponseControl;

/** One bound connection with the JNDI settings of the product: simple bind, aliases followed, ManageDsaIT unless referrals are. */
final class Connection implements AutoCloseable {
  static final String PAGED_RESULTS = "1.2.840.113556.1.4.319";

  /** What a search delivered; `cut` says why it is not everything although the product takes it for that. */
  record Result(List<Entry> entries, String cut) {
    boolean complete() {
      return cut == null;
    }
  }

  private final Settings settings;
  private final LdapContext context;

  Connection(Settings settings, String bindDn, String password) throws NamingException {
    this.settings = settings;
    if (password.isEmpty()) throw new NamingException("a blank password is refused before it reaches the server");
    Hashtable<String, Object> env = new Hashtable<>();
    env.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
    env.put(Context.PROVIDER_URL, settings.url());
    env.put(Context.SECURITY_AUTHENTICATION, "simple");
    env.put(Context.SECURITY_PRINCIPAL, bindDn);
    env.put(Context.SECURITY_CREDENTIALS, password);
    env.put("java.naming.ldap.attributes.binary", Entry.BINARY);
    if (settings.followReferrals()) env.put(Context.REFERRAL, "follow");
    env.put("com.sun.jndi.ldap.connect.timeout", String.valueOf(settings.connectTimeoutMs()));
    env.put("com.sun.jndi.ldap.read.timeout", String.valueOf(settings.readTimeoutMs()));
    context = new InitialLdapContext(env, null);
  }

  /** Subtree search of a whole listing: paged when the settings say so. Swallows what the product swallows. */
  Result list(LdapName base, String filter, String... attributes) throws NamingException {
    return run(base, SearchControls.SUBTREE_SCOPE, filter, settings.paged(), attributes);
  }

  /** Subtree search for few entries. */
  List<Entry> find(LdapName base, String filter, String... attributes) throws NamingException {
    return run(base, SearchControls.SUBTREE_SCOPE, filter, false, attributes).entries();
  }

  /** The entry itself when it matches the filter; null when there is none. */
  Entry read(LdapName dn, String filter, String... attributes) throws NamingException {
    try {
      List<Entry> found = run(dn, SearchControls.OBJECT_SCOPE, filter, false, attributes).entries();
      return found.isEmpty() ? null : found.get(0);
    } catch (NameNotFoundException e) {
      return null;
    }
  }

  boolean offersPaging() throws NamingException {
    Attribute controls = context.getAttributes("", new String[] {"supportedControl"}).get("supportedControl");
    return controls != null && controls.contains(PAGED_RESULTS);
  }

  private Result run(LdapName base, int scope, String filter, boolean paged, String... attributes)
      throws NamingException {
    SearchControls controls = new SearchControls();
    controls.setSearchScope(scope);
    controls.setTimeLimit(settings.searchTimeLimitMs());
    controls.setReturningAttributes(attributes);
    List<Entry> entries = new ArrayList<>();
    byte[] cookie = null;
    do {
      context.setRequestControls(paged ? page(cookie) : null);
      String cut = collect(context.search(base, filter, controls), entries);
      if (cut != null) return new Result(entries, cut);
      cookie = paged ? nextPage() : null;
    } while (cookie != null && cookie.length > 0);
    return new Result(entries, null);
  }

  private String collect(NamingEnumeration<SearchResult> results, List<Entry> entries) throws NamingException {
    try {
      while (results.hasMore()) {
        SearchResult result = results.next();
        entries.add(new Entry(result.getNameInNamespace(), result.getAttributes()));
      }
      return null;
    } catch (SizeLimitExceededException e) {
      return "size limit exceeded (result 4) after " + entries.size() + " entries";
    } catch (PartialResultException e) {
      if (settings.followReferrals()) throw e;
      return "referrals in the answer, not followed, after " + entries.size() + " entries";
    } finally {
      results.close();
    }
  }

  private Control[] page(byte[] cookie) throws NamingException {
    try {
      return new Control[] {new PagedResultsControl(settings.pageSize(), cookie, Control.CRITICAL)};
    } catch (IOException e) {
      throw new NamingException("paged results control: " + e.getMessage());
    }
  }

  private byte[] nextPage() throws NamingException {
    Control[] controls = context.getResponseControls();
    if (controls == null) return null;
    for (Control control : controls) {
      if (control instanceof PagedResultsResponseControl paged) return paged.getCookie();
    }
    return null;
  }

  @Override
  public void close() {
    try {
      context.close();
    } catch (NamingException e) {
      System.err.println("closing the connection: " + e.getMessage());
    }
  }
}
