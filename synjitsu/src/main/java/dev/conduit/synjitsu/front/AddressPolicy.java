package dev.conduit.synjitsu.front;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;

/**
 * What to do when somebody else wants an address that the front answers for: mostly its service, which is coming up.
 * Called from within the responder's methods; must not call them.
 */
public interface AddressPolicy {

    /** Lets services come up, and is told nothing. */
    AddressPolicy QUIET = new AddressPolicy() {};

    /**
     * Somebody asks whether anybody has the address, since it means to take it: an ARP probe (RFC 5227) or duplicate
     * address detection (RFC 4862). An answer would keep it from taking it. Not answered without this method.
     *
     * @param address an address that is armed or held
     * @param asker who asks
     * @return whether to answer that we have it
     */
    default boolean answersProbe(IpAddress address, MacAddress asker) {
        return false;
    }

    /**
     * Somebody else says that it has the address. Its neighbours believe the last one who said so:
     * {@link Responder#announce} says again that we have it.
     *
     * @param address an address that is armed or held
     * @param by who says so
     */
    default void claimed(IpAddress address, MacAddress by) {}
}
