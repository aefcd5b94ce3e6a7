package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Features;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who may see the server's own events; they look like nodes that only have permissions. */
final class SpecialNodes {

    /** A domain appeared. */
    static final String INTRODUCE = "@introduceDomain";
    /** A domain is gone. */
    static final String RELEASE = "@releaseDomain";

    private final Map<String, Acl> acls = new HashMap<>();

    SpecialNodes() {
        acls.put(INTRODUCE, Acl.of(new Permission(Access.NONE, Subject.PRIVILEGED)));
        acls.put(RELEASE, Acl.of(new Permission(Access.NONE, Subject.PRIVILEGED),
                new Permission(Access.READ, Features.ANY_DOMAIN)));
    }

    Acl acl(String name) {
        return acls.get(name);
    }

    List<Permission> permissions(Subject subject, String name) throws StoreError {
        return readable(subject, name).entries();
    }

    private Acl readable(Subject subject, String name) throws StoreError {
        Acl acl = acls.get(name);
        if (acl == null) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        if (!acl.readable(subject)) {
            throw StoreError.of(ErrorCode.EACCES);
        }
        return acl;
    }

    void setPermissions(Subject subject, String name, List<Permission> entries) throws StoreError {
        Acl acl = acls.get(name);
        if (acl == null) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        if (!acl.owned(subject)) {
            throw StoreError.of(ErrorCode.EACCES);
        }
        Acl changed = Acl.of(entries);
        if (!subject.privileged() && changed.owner() != acl.owner()) {
            throw StoreError.of(ErrorCode.EPERM);
        }
        acls.put(name, changed);
    }

    Map<String, List<Permission>> state() {
        Map<String, List<Permission>> state = new HashMap<>();
        acls.forEach((name, acl) -> state.put(name, acl.entries()));
        return state;
    }

    /** Takes permissions as they were; there are no other special nodes than those of this server. */
    void restore(Map<String, List<Permission>> state) {
        acls.replaceAll((name, acl) -> state.containsKey(name) ? Acl.of(state.get(name)) : acl);
    }

    void forget(int domain) {
        acls.replaceAll((name, acl) -> acl.without(domain));
    }
}
