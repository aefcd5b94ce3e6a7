package dev.conduit.core.local.shared;

/**
 * The bounds and words of the control connection; {@code docs/local-platform.md} has the grammar. One line a request,
 * one line a reply, in ASCII, each ended by a newline.
 */
public final class ControlProtocol {

    /** Longest request in bytes, the newline included. */
    public static final int MAX_REQUEST = 8192;
    /** Longest reply in bytes, the newline included. */
    public static final int MAX_REPLY = 65536;
    /** Most pages of a share and most references of a mapping. */
    public static final int MAX_PAGES = 512;
    /** A domain's name, as a regular expression. */
    public static final String NAME = "[A-Za-z0-9_-]{1,64}";

    /** A successful reply begins so. */
    public static final String OK = "OK";
    /** A refusal begins so; the name of an errno and a message follow. */
    public static final String ERR = "ERR";

    /** Access of a share or mapping: read and write. */
    public static final String READ_WRITE = "rw";
    /** Access of a share or mapping: read only. */
    public static final String READ_ONLY = "ro";

    /** Makes a domain: name, process id. */
    public static final String DOMAIN = "DOMAIN";
    /** Adds a process to a domain: domain, process id. */
    public static final String ATTACH = "ATTACH";
    /** Lets the domain this process made end with another process: its process id. */
    public static final String KEEP = "KEEP";
    /** Shares pages: peer, access, descriptor, pages. */
    public static final String SHARE = "SHARE";
    /** Ends a share: first reference. */
    public static final String UNSHARE = "UNSHARE";
    /** Maps pages: owner, access, references. */
    public static final String MAP = "MAP";
    /** Ends a mapping: mapping. */
    public static final String UNMAP = "UNMAP";
    /** Sets an unmap notification: {@link #SHARE} or {@link #MAP}, first reference or mapping, byte offset, port. */
    public static final String NOTIFY = "NOTIFY";
    /** Makes a port: peer. */
    public static final String UNBOUND = "UNBOUND";
    /** Binds a port: domain, its port. */
    public static final String BIND = "BIND";
    /** Closes a port: port. */
    public static final String CLOSE = "CLOSE";
    /** Asks whether a domain exists: domain. */
    public static final String ALIVE = "ALIVE";
    /** Asks for the counts. */
    public static final String STAT = "STAT";

    private ControlProtocol() {
    }
}
