package dev.conduit.core;

/**
 * The number of a domain (a virtual machine, or a process of the local platform).
 *
 * @param value 0 (the privileged domain) to 32751; numbers from 0x7FF0 are reserved by Xen ({@code public/xen.h})
 */
public record DomainId(int value) implements Comparable<DomainId> {

    /** The first number Xen reserves: DOMID_FIRST_RESERVED in {@code public/xen.h}. */
    public static final int FIRST_RESERVED = 0x7FF0;

    /** The privileged domain. */
    public static final DomainId DOM0 = new DomainId(0);

    /**
     * Checks the range.
     *
     * @param value the number
     * @throws IllegalArgumentException when the value is not 0 to 32751
     */
    public DomainId {
        if (value < 0 || value >= FIRST_RESERVED) {
            throw new IllegalArgumentException(
                    "domain id " + value + " is not between 0 and " + (FIRST_RESERVED - 1));
        }
    }

    /**
     * Reads a domain id written in decimal, as XenStore holds it.
     *
     * @param text one to five decimal digits, nothing else
     * @return the domain id
     * @throws IllegalArgumentException when the text is anything else, naming it
     */
    public static DomainId parse(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("domain id '" + text + "' is not a decimal number between 0 and "
                    + (FIRST_RESERVED - 1));
        }
        return new DomainId(Integer.parseInt(text));
    }

    @Override
    public int compareTo(DomainId other) {
        return Integer.compare(value, other.value);
    }

    /** Returns the number in decimal, as XenStore holds it. */
    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
