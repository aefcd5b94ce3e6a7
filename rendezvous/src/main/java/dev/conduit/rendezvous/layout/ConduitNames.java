package dev.conduit.rendezvous.layout;

import dev.conduit.core.DomainId;
import java.util.Set;

/**
 * The rules for names.
 *
 * <p>A name is 1 to {@value #MAX_LENGTH} characters of {@code A-Z a-z 0-9 - _}. The bound is that of a DNS label (RFC
 * 1035, 2.3.4), so that every name can also be asked for through DNS; it keeps the longest path of the layout, 161
 * bytes, far below XenStore's own bound, and leaves room for 30 of the longest names in the 2048-byte
 * {@code /conduit} node of a default C xenstored.
 */
public final class ConduitNames {

    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 63;

    /** The folder of flow records; never a name. */
    public static final String FLOWS = "flows";
    /** The directory service. */
    public static final String JITSUD = "jitsud";
    /** The TCP front. */
    public static final String SYNJITSU = "synjitsu";

    private static final Set<String> WELL_KNOWN = Set.of(JITSUD, SYNJITSU);
    private static final String FALLBACK = "domain-";

    private ConduitNames() {}

    /**
     * Checks a name to connect to.
     *
     * @param name the name
     * @return the name
     * @throws IllegalArgumentException when it is not a possible name; the message names it and the bound
     */
    public static String check(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("conduit name '" + shown(name) + "' has " + name.length()
                    + " characters, not 1 to " + MAX_LENGTH);
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isNameCharacter(name.charAt(i))) {
                throw new IllegalArgumentException("conduit name '" + shown(name)
                        + "' has a character that is not one of A-Z a-z 0-9 - _ at position " + i);
            }
        }
        if (name.equals(FLOWS)) {
            throw new IllegalArgumentException("conduit name 'flows' is reserved: it holds the flow records");
        }
        return name;
    }

    /**
     * Checks a name that a domain wants for itself.
     *
     * @param name the name
     * @param self the domain
     * @param wellKnown true for Conduit's own services, which may take {@code jitsud} and {@code synjitsu}
     * @return the name
     * @throws IllegalArgumentException when it is not a possible name or is reserved; the message says which
     */
    public static String checkOwn(String name, DomainId self, boolean wellKnown) {
        check(name);
        if (WELL_KNOWN.contains(name) && !wellKnown) {
            throw new IllegalArgumentException("conduit name '" + name + "' is reserved for Conduit's own service");
        }
        if (isFallback(name) && !name.equals(fallback(self))) {
            throw new IllegalArgumentException("conduit name '" + name + "' is reserved: it stands for a domain"
                    + " without a name, and this is domain " + self);
        }
        return name;
    }

    /**
     * Tells whether a text has the form of a name.
     *
     * @param text from XenStore
     * @return true for 1 to {@value #MAX_LENGTH} name characters
     */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH
                && text.chars().allMatch(character -> isNameCharacter((char) character));
    }

    /**
     * Tells whether a name may be believed when a peer claims it and has it: one that stands for nothing else.
     *
     * @param name what the peer says
     * @return false for anything but a plain name
     */
    public static boolean isClaimable(String name) {
        return isName(name) && !name.equals(FLOWS) && !isFallback(name);
    }

    /**
     * Returns what a domain is called that has no name, or claims one that is not its own.
     *
     * @param domain the domain
     * @return for example {@code domain-7}
     */
    public static String fallback(DomainId domain) {
        return FALLBACK + domain;
    }

    private static boolean isFallback(String name) {
        return name.matches(FALLBACK + "[0-9]+");
    }

    static boolean isNameCharacter(char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9' || character == '-' || character == '_';
    }

    /** Keeps a message to one short line, whatever the input. */
    static String shown(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
