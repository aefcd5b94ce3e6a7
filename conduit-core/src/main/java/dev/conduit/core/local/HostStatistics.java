package dev.conduit.core.local;

/**
 * What a local host has given out at one moment; all zero but {@code handles} of its own when nobody is connected.
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
}
