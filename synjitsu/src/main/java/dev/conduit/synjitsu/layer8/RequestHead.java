package dev.conduit.synjitsu.layer8;

import dev.conduit.synjitsu.layer8.Wish.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.x request (RFC 9112, 2 to 5) with the host in it: of the target where that has one, else of the
 * field Host. Read to its end, so that a second Host is seen.
 */
final class RequestHead {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST = Pattern.compile("(" + TOKEN + ") ([!-~\\x80-\\xff]+) HTTP/([0-9])\\.[0-9]");
    private static final Pattern BEGINNING = Pattern.compile("[\\r\\n]*(" + TOKEN + "( .*)?)?", Pattern.DOTALL);
    private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*).*");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Za-z:.]*\\]|[^:]*)(:[0-9]*)?");

    /** Empty lines that may come before a request. */
    private static final int MOST_EMPTY = 4;

    private final String text;
    private int at;

    private RequestHead(String text) {
        this.text = text;
    }

    static Wish read(ByteBuffer bytes) {
        return new RequestHead(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString()).read();
    }

    private Wish read() {
        String first = line();
        for (int i = 0; i < MOST_EMPTY && first != null && first.isEmpty(); i++) {
            first = line();
        }
        if (first == null) {
            return BEGINNING.matcher(text).matches() ? Wish.undecided(Protocol.HTTP) : Wish.nameless(Protocol.OTHER);
        }
        Matcher request = REQUEST.matcher(first);
        if (!request.matches()) {
            return Wish.nameless(Protocol.OTHER);
        }
        if (!request.group(3).equals("1")) {
            return Wish.broken(Protocol.HTTP);
        }
        return isComplete() ? fields(request.group(1), request.group(2)) : Wish.undecided(Protocol.HTTP);
    }

    /** Whether there is an empty line: until then nothing is read again and again that may come a byte at a time. */
    private boolean isComplete() {
        int endOfRequest = at - 1;
        return text.indexOf("\n\r\n", endOfRequest) >= 0 || text.indexOf("\n\n", endOfRequest) >= 0;
    }

    private Wish fields(String method, String target) {
        String host = null;
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher field = FIELD.matcher(line);
            boolean isHost = field.matches() && field.group(1).equalsIgnoreCase("host");
            if (!field.matches() || isHost && host != null) {
                return Wish.broken(Protocol.HTTP);
            }
            host = isHost ? field.group(2).strip() : host;
        }
        return wish(method, target, host);
    }

    /** The next complete line, without its end; a lone LF ends one as well. */
    private String line() {
        int end = text.indexOf('\n', at);
        if (end < 0) {
            return null;
        }
        String line = text.substring(at, end > at && text.charAt(end - 1) == '\r' ? end - 1 : end);
        at = end + 1;
        return line;
    }

    private static Wish wish(String method, String target, String host) {
        Matcher absolute = ABSOLUTE.matcher(target);
        String authority = host;
        if (method.equals("CONNECT")) {
            authority = target;
        } else if (absolute.matches()) {
            authority = absolute.group(1);
        }
        if (authority == null || authority.isEmpty()) {
            return Wish.nameless(Protocol.HTTP);
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            return Wish.broken(Protocol.HTTP);
        }
        // An address is nobody's name.
        return parts.group(1).startsWith("[") ? Wish.nameless(Protocol.HTTP) : Wish.named(Protocol.HTTP, parts.group(1));
    }
}
