package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.DomainInfo.DomainState;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One domain, as seen through one connection; each method is a few calls to libvirt. To be closed. */
final class LibvirtDomain implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LibvirtDomain.class);

    private final Domain domain;

    private LibvirtDomain(Domain domain) {
        this.domain = domain;
    }

    /** Null when there is none. */
    static LibvirtDomain find(Connect connection, String name) throws LibvirtException {
        try {
            return new LibvirtDomain(connection.domainLookupByName(name));
        } catch (LibvirtException e) {
            if (e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN) {
                return null;
            }
            throw e;
        }
    }

    /** Finds it, or defines it where the settings say how. */
    static LibvirtDomain get(Connect connection, LibvirtSettings settings) throws LibvirtException, LaunchException {
        LibvirtDomain found = find(connection, settings.domain());
        if (found != null) {
            return found;
        }
        if (settings.xml() == null) {
            throw new LaunchException("there is no domain '" + settings.domain() + "' at " + settings.uri()
                    + ", and no xml to define it from");
        }
        String xml;
        try {
            xml = Files.readString(settings.xml());
        } catch (IOException e) {
            throw new LaunchException("xml: cannot read " + OneLine.of(e), e);
        }
        Domain defined = connection.domainDefineXML(xml);
        if (!defined.getName().equals(settings.domain())) {
            String name = defined.getName();
            defined.undefine();
            defined.free();
            throw new LaunchException("xml: " + settings.xml() + " is of a domain '" + name + "', not '"
                    + settings.domain() + "'");
        }
        return new LibvirtDomain(defined);
    }

    GuestState state() throws LibvirtException {
        return state(domain);
    }

    static GuestState state(Domain domain) throws LibvirtException {
        DomainState state = domain.getInfo().state;
        return state == DomainState.VIR_DOMAIN_SHUTOFF && domain.hasManagedSaveImage() != 0
                ? GuestState.SUSPENDED : map(state);
    }

    static GuestState map(DomainState state) {
        return switch (state) {
            // Drivers for Xen have no state for a domain that may run but just does not.
            case VIR_DOMAIN_NOSTATE, VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED -> GuestState.RUNNING;
            case VIR_DOMAIN_PAUSED, VIR_DOMAIN_PMSUSPENDED -> GuestState.PAUSED;
            case VIR_DOMAIN_SHUTDOWN -> GuestState.STOPPING;
            case VIR_DOMAIN_SHUTOFF -> GuestState.OFF;
            case VIR_DOMAIN_CRASHED -> GuestState.CRASHED;
        };
    }

    /** Its number, or -1 when it is off. */
    int id() throws LibvirtException {
        return domain.getID();
    }

    /** Starts it, also from its saved memory, or lets it go on. */
    void start() throws LibvirtException, LaunchException {
        switch (state()) {
            case OFF, SUSPENDED -> domain.create();
            case PAUSED -> {
                if (domain.getInfo().state == DomainState.VIR_DOMAIN_PMSUSPENDED) {
                    domain.PMwakeup();
                } else {
                    domain.resume();
                }
            }
            case CRASHED -> throw new LaunchException("it has crashed: it must be stopped before it can be started");
            case STOPPING -> throw new LaunchException("it is on its way down: it cannot be started before it is off");
            default -> { }
        }
    }

    void shutDown() throws LibvirtException {
        if (isActive()) {
            if (domain.getInfo().state == DomainState.VIR_DOMAIN_PAUSED) {
                // It is asked, and has to answer.
                domain.resume();
            }
            domain.shutdown();
        }
    }

    boolean isActive() throws LibvirtException {
        return domain.isActive() == 1;
    }

    /** Off, whatever it did; its saved memory is forgotten. */
    void destroy() throws LibvirtException {
        boolean lasting = domain.isPersistent() == 1;
        try {
            if (isActive()) {
                domain.destroy();
            }
        } catch (LibvirtException e) {
            // It may have gone by itself meanwhile; one that was never defined is not even known then.
            boolean gone = lasting ? !isActive() : e.getError().getCode() == ErrorNumber.VIR_ERR_NO_DOMAIN;
            if (!gone) {
                throw e;
            }
        }
        if (lasting && domain.hasManagedSaveImage() != 0) {
            domain.managedSaveRemove();
        }
    }

    /** To disk where the driver can; else it is only paused. */
    void suspend() throws LibvirtException {
        if (!isActive()) {
            return;
        }
        try {
            domain.managedSave();
        } catch (LibvirtException e) {
            if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_SUPPORT) {
                throw e;
            }
            LOG.info("libvirt cannot save domain {} here ({}); it is paused and keeps its memory", domain.getName(),
                    OneLine.of(e));
            domain.suspend();
        }
    }

    @Override
    public void close() throws LibvirtException {
        domain.free();
    }
}
