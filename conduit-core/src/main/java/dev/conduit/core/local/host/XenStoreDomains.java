package dev.conduit.core.local.host;

import dev.conduit.core.DomainId;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Domains in an embedded XenStore server, one socket each. */
final class XenStoreDomains implements DomainStore {

    private static final Logger LOG = LoggerFactory.getLogger(XenStoreDomains.class);

    private final LocalDirectory directory;
    private final XenStoreServer server;
    private final XenStoreClient client;

    private XenStoreDomains(LocalDirectory directory, XenStoreServer server) {
        this.directory = directory;
        this.server = server;
        this.client = server.connect(DomainId.DOM0.value());
    }

    /** Starts the server, with the folders the contract wants to be there. */
    static XenStoreDomains start(LocalDirectory directory, ServerOptions options) throws IOException {
        XenStoreServer server = XenStoreServer.start(options);
        boolean done = false;
        try {
            XenStoreDomains domains = new XenStoreDomains(directory, server);
            domains.client.transaction(tx -> {
                make(tx, "/local/domain", new Permission(Access.NONE, 0));
                make(tx, "/conduit", new Permission(Access.BOTH, 0));
                make(tx, "/conduit/flows", new Permission(Access.WRITE, 0));
                return null;
            });
            domains.endAll();
            server.listen(directory.xenStoreSocket(), DomainId.DOM0.value());
            done = true;
            return domains;
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    /** The domains a saved state knows ended with the host that ran them. */
    private void endAll() {
        for (int domain : server.usage().keySet()) {
            if (domain != DomainId.DOM0.value()) {
                end(domain);
            }
        }
    }

    private static void make(XenStoreOperations store, String path, Permission... permissions)
            throws XenStoreException {
        store.mkdir(path);
        store.setPermissions(path, List.of(permissions));
    }

    @Override
    public void create(int domain, String name) throws Refusal {
        boolean done = false;
        try {
            client.transaction(tx -> {
                String home = home(domain);
                make(tx, home, new Permission(Access.NONE, 0), new Permission(Access.READ, domain));
                tx.write(home + "/name", name);
                tx.write(home + "/domid", "" + domain);
                make(tx, home + "/data", new Permission(Access.NONE, domain));
                return null;
            });
            server.introduce(domain);
            server.listen(socket(domain), domain);
            done = true;
        } catch (IOException e) {
            throw new Refusal("EIO", "XenStore has no place for domain " + domain + ": " + e.getMessage());
        } finally {
            if (!done) {
                end(domain);
            }
        }
    }

    /** The home goes first: whoever hears of {@code @releaseDomain} finds nothing of the domain. */
    @Override
    public void end(int domain) {
        server.unlisten(socket(domain));
        try {
            client.remove(home(domain));
        } catch (XenStoreException e) {
            LOG.warn("the XenStore home of domain {} was not removed: {}", domain, e.getMessage());
        }
        server.release(domain);
    }

    private Path socket(int domain) {
        return directory.xenStoreSocket(new DomainId(domain));
    }

    private static String home(int domain) {
        return "/local/domain/" + domain;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
