package dev.conduit.core.local;

import dev.conduit.core.PlatformException;
import java.util.List;

/**
 * What a local host has given out at one moment; all zero when nobody is connected.
 *
 * @param domains domains, the privileged one not counted
 * @param handles processes of domains
 * @param grants shares that can be mapped
 * @param mappings mappings of others' shares
 * @param ports event-channel ports
 * @param notifications unmap notifications
 */
public record HostStatistics(int domains, int handles, int grants, int mappings, int ports, int notifications) {

    /**
     * Tells whether nothing at all is given out.
     *
     * @return true when every count is 0
     */
    public boolean isEmpty() {
        return domains == 0 && handles == 0 && grants == 0 && mappings == 0 && ports == 0 && notifications == 0;
    }

    /** Reads the reply to STAT: {@code key=value} words, of which later versions may have more. */
    static HostStatistics parse(List<String> words) throws PlatformException {
        return new HostStatistics(value(words, "domains"), value(words, "handles"), value(words, "grants"),
                value(words, "mappings"), value(words, "ports"), value(words, "notifications"));
    }

    private static int value(List<String> words, String key) throws PlatformException {
        for (String word : words) {
            if (word.matches(key + "=[0-9]{1,9}")) {
                return Integer.parseInt(word.substring(key.length() + 1));
            }
        }
        throw new PlatformException("the host answered " + words + ", which has no number for " + key);
    }

    /**
     * Returns the counts as the host sends them.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return "domains=" + domains + " handles=" + handles + " grants=" + grants + " mappings=" + mappings + " ports="
                + ports + " notifications=" + notifications;
    }
}
