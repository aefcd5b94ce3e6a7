package dev.conduit.rendezvous.directory.service;

/** Why a service was started. */
public enum Cause {
    /** Its name was asked for through DNS. */
    DNS,
    /** A conduit to its name was asked for. */
    CONNECT,
    /** A client's connection reached the front. */
    SYN,
    /** Somebody said so. */
    CALL,
    /** It is kept up in advance. */
    PREWARM,
    /** It ran already when the directory came. */
    ADOPTED
}
