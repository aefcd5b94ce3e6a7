package dev.conduit.rendezvous.dns;

import java.util.List;

/** The zones of a server, found by the names in them. Immutable. */
final class Zones {

    private final List<ServedZone> zones;
    private final NameTable index = new NameTable();

    Zones(List<ServedZone> zones) {
        this.zones = List.copyOf(zones);
        for (int i = 0; i < zones.size(); i++) {
            LookupName origin = zones.get(i).zone().originKey();
            if (index.find(origin, 0) >= 0) {
                throw new IllegalArgumentException("zone " + zones.get(i).zone().origin() + " is given twice");
            }
            byte[] body = new byte[4];
            Wire.put32(body, 0, i);
            index.add(origin, body);
        }
    }

    /** The zone with the longest name that the given one lies in, or null. */
    ServedZone find(LookupName name) {
        for (int label = 0; label <= name.labels(); label++) {
            int body = index.find(name, label);
            if (body >= 0) {
                return zones.get((int) Wire.u32(index.bytes(), body));
            }
        }
        return null;
    }
}
