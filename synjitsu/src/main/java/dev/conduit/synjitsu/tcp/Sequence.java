package dev.conduit.synjitsu.tcp;

/** Sequence numbers go round (RFC 9293, 3.4): which one comes first is a matter of their difference. */
final class Sequence {

    private Sequence() {}

    static boolean before(int a, int b) {
        return a - b < 0;
    }

    static boolean after(int a, int b) {
        return a - b > 0;
    }

    static int later(int a, int b) {
        return after(a, b) ? a : b;
    }
}
