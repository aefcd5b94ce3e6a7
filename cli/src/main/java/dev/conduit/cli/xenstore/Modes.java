package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreException;
import java.util.ArrayList;
import java.util.List;

/** The permissions named on a command line. A domain id may be one that no server takes. */
final class Modes {

    private static final int HIGHEST_DOMAIN = 0xFFFF;

    private record Mode(Access access, long domain) {}

    private final List<Mode> modes = new ArrayList<>();

    private Modes() {}

    static Modes parse(List<String> words) throws ToolException {
        Modes parsed = new Modes();
        for (String word : words) {
            char letter = word.isEmpty() ? 0 : word.charAt(0);
            parsed.modes.add(new Mode(access(letter), CNumber.parse(word.substring(Math.min(1, word.length())))));
        }
        return parsed;
    }

    private static Access access(char letter) throws ToolException {
        for (Access access : Access.values()) {
            if (access.letter() == letter) {
                return access;
            }
        }
        throw new ToolException("Invalid permission specification: '" + letter + "'");
    }

    /** What is to be sent; fails as a server does that is sent a domain id it does not take. */
    List<Permission> permissions() throws XenStoreException {
        List<Permission> permissions = new ArrayList<>();
        for (Mode mode : modes) {
            if (mode.domain < 0 || mode.domain > HIGHEST_DOMAIN) {
                throw new XenStoreException("EINVAL", "domain " + mode.domain + " is not between 0 and 65535");
            }
            permissions.add(new Permission(mode.access, (int) mode.domain));
        }
        return permissions;
    }
}
