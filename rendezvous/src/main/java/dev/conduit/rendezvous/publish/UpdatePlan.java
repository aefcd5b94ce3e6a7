package dev.conduit.rendezvous.publish;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * From what is wanted and what the server has to the one message that makes the difference (RFC 2136). Pure.
 *
 * <p>The message names what it was made from as prerequisites: the set of hosts that serve the name, and where an
 * address goes also the other hosts' addresses. When another host was faster, nothing of it happens.
 */
final class UpdatePlan {

    private final Name zone;
    private final String hostId;
    private final ZoneNames names;

    UpdatePlan(Name zone, String hostId, ZoneNames names) {
        this.zone = zone;
        this.hostId = hostId;
        this.names = names;
    }

    /**
     * @param wanted all that this host wants for the service; nothing to withdraw it
     * @return empty when all is as wanted
     * @throws PublishException when somebody else's records stand at the name
     */
    Optional<Update> plan(Set<Record> wanted, Seen seen) throws PublishException {
        Set<Record> made = seen.madeBy(hostId, names, names.list(hostId, zone));
        if (!wanted.isEmpty() && seen.isForeign(names, made)) {
            throw new PublishException(PublishException.Kind.NAME, names.service().toString(true)
                    + " has records that no host of Conduit's made; they stay, and it is not published");
        }
        Set<Record> removed = new LinkedHashSet<>(made);
        removed.removeAll(wanted);
        Set<Record> added = new LinkedHashSet<>(wanted);
        added.removeIf(record -> isThere(record, seen));
        if (removed.isEmpty() && added.isEmpty()) {
            return Optional.empty();
        }
        Update update = new Update(zone);
        require(update, names.plain(), Type.TXT, seen.at(names.plain()));
        if (Seen.hosts(seen.at(names.plain())).isEmpty() && !wanted.isEmpty()) {
            List.of(Type.A, Type.AAAA, Type.CNAME)
                    .forEach(type -> require(update, names.service(), type, seen.at(names.service())));
        }
        if (removed.stream().anyMatch(record -> record instanceof ARecord || record instanceof AAAARecord)) {
            seen.others().forEach((other, addresses) -> {
                require(update, names.at(other), Type.A, addresses);
                require(update, names.at(other), Type.AAAA, addresses);
            });
        }
        removed.forEach(update::delete);
        added.forEach(update::add);
        return Optional.of(update);
    }

    /** A set has one TTL. The host's own counts where the set is its own, or no other host serves the name. */
    private boolean isThere(Record record, Seen seen) {
        boolean alone = seen.others().isEmpty() || record.getName().equals(names.at(hostId));
        return seen.records().stream()
                .anyMatch(there -> there.equals(record) && (!alone || there.getTTL() == record.getTTL()));
    }

    /** The set is exactly this one (RFC 2136, sections 2.4.2 and 2.4.3). */
    private static void require(Update update, Name name, int type, List<Record> records) {
        List<Record> set = records.stream().filter(record -> record.getType() == type).toList();
        if (set.isEmpty()) {
            update.absent(name, type);
        }
        set.forEach(record -> update.present(
                Record.newRecord(name, type, DClass.IN, 0, record.rdataToWireCanonical())));
    }
}
