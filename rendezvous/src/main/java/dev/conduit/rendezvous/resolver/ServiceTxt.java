package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.layout.ConduitNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The TXT record that says which host serves a name, and under which conduit name there: {@code "conduit=www"
 * "host=h1"} at {@code _conduit._tcp.<name>}, one record a host. Written as in RFC 6763, section 6: one key and value a
 * string, the first of a key counts, keys in any letters; keys that are not known are passed over. What people write
 * into zone files is understood, too: several pairs in one string, separated by spaces.
 *
 * @param host the host's id
 * @param conduit the name there, or empty when the service has none
 */
public record ServiceTxt(String host, Optional<String> conduit) {

    /** Below a service's name: SRV of its plain ports, and this record. */
    public static final String PLAIN = "_conduit._tcp";
    /** Below a service's name: SRV of its ports that speak TLS. */
    public static final String TLS = "_conduit-tls._tcp";

    private static final String HOST = "host=";
    private static final String CONDUIT = "conduit=";

    /**
     * Checks both.
     *
     * @param host the host's id
     * @param conduit the name there, or empty
     * @throws IllegalArgumentException when one is not possible
     */
    public ServiceTxt {
        host = HostId.check(host);
        conduit.ifPresent(ConduitNames::check);
    }

    /**
     * Reads a record.
     *
     * @param strings of the record, of any content
     * @return what it says, or empty when it is about something else or says what cannot be
     */
    public static Optional<ServiceTxt> parse(List<byte[]> strings) {
        Optional<String> host = Optional.empty();
        Optional<String> conduit = Optional.empty();
        for (byte[] string : strings) {
            for (String pair : new String(string, StandardCharsets.ISO_8859_1).split(" ")) {
                host = host.or(() -> value(pair, HOST));
                conduit = conduit.or(() -> value(pair, CONDUIT));
            }
        }
        try {
            Optional<String> name = conduit;
            return host.map(id -> new ServiceTxt(id, name));
        } catch (IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }

    private static Optional<String> value(String pair, String key) {
        return pair.regionMatches(true, 0, key, 0, key.length())
                ? Optional.of(pair.substring(key.length())) : Optional.empty();
    }

    /**
     * Returns the strings of the record.
     *
     * @return for example {@code conduit=www} and {@code host=h1}
     */
    public List<String> strings() {
        return conduit.map(name -> List.of(CONDUIT + name, HOST + host)).orElse(List.of(HOST + host));
    }
}
