package dev.conduit.cli.vchan;

import dev.conduit.core.DomainId;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which vchan: the domain at the other end, and the folder of its nodes in XenStore. */
final class PeerOptions {

    /** What libxenvchan has room for; it silently cuts off the rest. */
    private static final int MAX_PATH = 49;

    @Option(names = "--domain", paramLabel = "N", required = true, converter = Domain.class,
            description = "The domain at the other end, 0 to 32751.")
    private DomainId domain;

    @Option(names = "--path", paramLabel = "P", required = true, converter = Folder.class,
            description = "Where ring-ref and event-channel are in XenStore; at most 49 bytes, which is what libxenvchan has"
                    + " room for. Usually /local/domain/SERVER/data/vchan/CLIENT/NAME. The server may leave out its home:"
                    + " data/vchan/CLIENT/NAME.")
    private String path;

    DomainId domain() {
        return domain;
    }

    /** The path as a client needs it: a server's relative one is below the server's home. */
    String serverPath(DomainId self) {
        return path.startsWith("/") ? path : checked("/local/domain/" + self + "/" + path);
    }

    /** The path as it was given; a relative one is refused, because libxenvchan would look below the client's home. */
    String clientPath() {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path '" + path
                    + "' is relative: a client needs the whole path, such as /local/domain/" + domain + "/" + path);
        }
        return path;
    }

    private static String checked(String path) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IllegalArgumentException("path '" + path + "' has " + length + " bytes, more than the " + MAX_PATH
                    + " that libxenvchan does not cut off");
        }
        return path;
    }

    /** Reads a domain id. */
    static final class Domain implements ITypeConverter<DomainId> {

        @Override
        public DomainId convert(String text) {
            try {
                return DomainId.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads a folder's path in XenStore. */
    static final class Folder implements ITypeConverter<String> {

        @Override
        public String convert(String text) {
            if (!text.matches("/?[A-Za-z0-9_@-]+(/[A-Za-z0-9_@-]+)*")) {
                throw new TypeConversionException("'" + text
                        + "' is not a path in XenStore: names of A-Z a-z 0-9 - _ @ with one / between them");
            }
            try {
                return checked(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
