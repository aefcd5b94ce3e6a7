package dev.conduit.xenstore;

import java.util.Locale;

/**
 * One entry of a node's permission list, written on the wire as a letter and a domain id, such as {@code r7}.
 *
 * @param access what the domain may do; in the first entry, what domains that are not listed may do
 * @param domain domain id, 0 to 65535; in the first entry, the owner
 */
public record Permission(Access access, int domain) {

    /** What may be done with a node; each letter is its first, but {@code b} for both. */
    public enum Access {
        /** Nothing: {@code n}. */
        NONE('n'),
        /** Read value, children and permissions: {@code r}. */
        READ('r'),
        /** Write the value and make children: {@code w}. */
        WRITE('w'),
        /** Read and write: {@code b}. */
        BOTH('b');

        private final char letter;

        Access(char letter) {
            this.letter = letter;
        }

        /**
         * Returns the wire letter.
         *
         * @return n, r, w or b
         */
        public char letter() {
            return letter;
        }

        /**
         * Tells whether reading is allowed.
         *
         * @return true for READ and BOTH
         */
        public boolean readable() {
            return this == READ || this == BOTH;
        }

        /**
         * Tells whether writing is allowed.
         *
         * @return true for WRITE and BOTH
         */
        public boolean writable() {
            return this == WRITE || this == BOTH;
        }
    }

    /**
     * Checks the range.
     *
     * @param access what the domain may do
     * @param domain domain id
     * @throws IllegalArgumentException when the domain is not 0 to 65535
     */
    public Permission {
        if (domain < 0 || domain > 0xFFFF) {
            throw new IllegalArgumentException("permission for domain " + domain + " is not between 0 and 65535");
        }
    }

    /**
     * Reads the wire form.
     *
     * @param text a letter and a decimal domain id
     * @return the entry
     * @throws IllegalArgumentException when the text is anything else, naming it
     */
    public static Permission parse(String text) {
        if (text.matches("[nrwbNRWB][0-9]{1,5}")) {
            char letter = text.toLowerCase(Locale.ROOT).charAt(0);
            for (Access access : Access.values()) {
                if (access.letter == letter) {
                    return new Permission(access, Integer.parseInt(text.substring(1)));
                }
            }
        }
        throw new IllegalArgumentException("permission '" + text + "' is not one of n, r, w, b and a domain id");
    }

    /** Returns the wire form. */
    @Override
    public String toString() {
        return "" + access.letter + domain;
    }
}
