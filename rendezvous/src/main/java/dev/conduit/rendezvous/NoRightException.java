package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.Layout;

/**
 * A node cannot be made, or not made our own: it is another domain's already, dom0 makes the nodes here, or nobody prepared
 * the tree.
 */
final class NoRightException extends ConduitException {

    private static final long serialVersionUID = 1L;

    NoRightException(String what, String path) {
        super(what + ": no right to make " + path + " our own; dom0 must have prepared " + Layout.ROOT
                + ", by 'conduit init' there");
    }
}
