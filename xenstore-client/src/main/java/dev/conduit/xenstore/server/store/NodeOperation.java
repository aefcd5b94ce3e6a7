package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.wire.ErrorCode;
import java.util.Arrays;
import java.util.List;

/** A request on one node. A transaction keeps what it did as these, to do it again on a newer tree. */
sealed interface NodeOperation {

    /** The node it is about. */
    Path path();

    /** Does it wholly or not at all; the node for those that read, else null. */
    Node apply(Workspace workspace, Subject subject) throws StoreError;

    /** Whether two results tell the client the same. */
    default boolean same(Node a, Node b) {
        return true;
    }

    default boolean readOnly() {
        return false;
    }

    /** Whether it gives rights to a domain that went after a change. */
    default boolean outlives(Releases releases, long generation) {
        return false;
    }

    /** Bytes it keeps besides its path. */
    default long payloadSize() {
        return 0;
    }

    /** One that changes nothing and gives the node. */
    sealed interface Reading extends NodeOperation {

        @Override
        default Node apply(Workspace workspace, Subject subject) throws StoreError {
            return workspace.lookup(path()).readableBy(subject);
        }

        @Override
        default boolean readOnly() {
            return true;
        }
    }

    /** READ. */
    record Read(Path path) implements Reading {

        @Override
        public boolean same(Node a, Node b) {
            return a.value() == b.value() || Arrays.equals(a.value(), b.value());
        }
    }

    /** DIRECTORY and DIRECTORY_PART. */
    record ListChildren(Path path) implements Reading {

        @Override
        public boolean same(Node a, Node b) {
            return Children.sameNames(a.children(), b.children());
        }
    }

    /** GET_PERMS. */
    record GetAcl(Path path) implements Reading {

        @Override
        public boolean same(Node a, Node b) {
            return a.acl().sameAs(b.acl());
        }
    }

    /** WRITE. */
    record Write(Path path, byte[] value) implements NodeOperation {

        @Override
        public long payloadSize() {
            return value.length;
        }

        @Override
        public Node apply(Workspace workspace, Subject subject) throws StoreError {
            Lookup at = workspace.lookup(path);
            at.requireWritableBy(subject);
            if (at.missing() == 0) {
                workspace.setValue(subject, at, value);
            } else {
                workspace.create(subject, at, value);
            }
            return null;
        }
    }

    /** MKDIR. */
    record MakeNode(Path path) implements NodeOperation {

        @Override
        public Node apply(Workspace workspace, Subject subject) throws StoreError {
            Lookup at = workspace.lookup(path);
            at.requireWritableBy(subject);
            if (at.missing() > 0) {
                workspace.createEmpty(subject, at);
            }
            return null;
        }
    }

    /** RM. */
    record Remove(Path path) implements NodeOperation {

        @Override
        public Node apply(Workspace workspace, Subject subject) throws StoreError {
            Lookup at = workspace.lookup(path);
            at.requireWritableBy(subject);
            if (path.root()) {
                throw StoreError.of(ErrorCode.EINVAL);
            }
            if (at.missing() > 1) {
                throw StoreError.of(ErrorCode.ENOENT);
            }
            if (at.missing() == 0) {
                workspace.remove(subject.domain(), at);
            }
            return null;
        }
    }

    /** SET_PERMS. */
    record SetAcl(Path path, List<Permission> entries) implements NodeOperation {

        @Override
        public long payloadSize() {
            return MemoryCost.permissions(entries);
        }

        @Override
        public boolean outlives(Releases releases, long generation) {
            return entries.stream().anyMatch(entry -> releases.since(generation, entry.domain()));
        }

        @Override
        public Node apply(Workspace workspace, Subject subject) throws StoreError {
            Lookup at = workspace.lookup(path);
            at.requireWritableBy(subject);
            if (at.missing() > 0) {
                throw StoreError.of(ErrorCode.ENOENT);
            }
            Acl before = at.node().acl();
            if (!before.owned(subject)) {
                throw StoreError.of(ErrorCode.EACCES);
            }
            Acl after = Acl.of(entries);
            if (!subject.privileged() && after.owner() != before.owner()) {
                throw StoreError.of(ErrorCode.EPERM);
            }
            workspace.setAcl(subject, at, after);
            return null;
        }
    }
}
