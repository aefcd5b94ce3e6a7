package dev.conduit.core.local.host;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.local.shared.GrantFile;

/** Answers the requests of one control connection. No input or output of its own; one thread only. */
final class ControlSession {

    private static final int MAX_SHOWN = 40;

    private final HostTables tables;
    private final GrantFiles files;
    private final String eventMemory;
    private Handle handle;

    /** {@code eventMemory}: process id and descriptor of the event memory, as the reply to DOMAIN and ATTACH ends. */
    ControlSession(HostTables tables, GrantFiles files, String eventMemory) {
        this.tables = tables;
        this.files = files;
        this.eventMemory = eventMemory;
    }

    /** The process on this connection, or null while it has no domain. */
    Handle handle() {
        return handle;
    }

    /** The connection is gone, and with it the process, unless another one keeps the domain. */
    void end() {
        if (handle != null) {
            tables.disconnected(handle);
        }
    }

    /** Answers one request; neither has its newline. */
    String answer(String line) {
        try {
            String result = execute(new Request(line));
            return result.isEmpty() ? ControlProtocol.OK : ControlProtocol.OK + " " + result;
        } catch (Refusal refusal) {
            return ControlProtocol.ERR + " " + refusal.errno() + " " + refusal.getMessage();
        }
    }

    private String execute(Request request) throws Refusal {
        return switch (request.command()) {
            case ControlProtocol.DOMAIN -> domain(request.exactly(2));
            case ControlProtocol.ATTACH -> attach(request.exactly(2));
            case ControlProtocol.KEEP -> keep(request.exactly(1));
            case ControlProtocol.SHARE -> share(request.exactly(4));
            case ControlProtocol.UNSHARE -> unshare(request.exactly(1));
            case ControlProtocol.MAP -> map(request.atLeast(3));
            case ControlProtocol.UNMAP -> unmap(request.exactly(1));
            case ControlProtocol.NOTIFY -> notifyOnUnmap(request.exactly(4));
            case ControlProtocol.UNBOUND -> unbound(request.exactly(1));
            case ControlProtocol.BIND -> bind(request.exactly(2));
            case ControlProtocol.CLOSE -> close(request.exactly(1));
            case ControlProtocol.ALIVE -> tables.isAlive(request.exactly(1).domain(0)) ? "1" : "0";
            case ControlProtocol.STAT -> {
                request.exactly(0);
                yield tables.statistics().toString();
            }
            default -> throw Refusal.invalid("unknown request '" + shown(request.command()) + "'");
        };
    }

    private String domain(Request request) throws Refusal {
        refuseSecondDomain();
        String name = request.text(0);
        if (!name.matches(ControlProtocol.NAME)) {
            throw Refusal.invalid("domain name '" + shown(name) + "' is not 1 to 64 letters, digits, '-' and '_'");
        }
        handle = tables.createDomain(name, request.number(1, 1, Integer.MAX_VALUE, "process id"));
        return welcome();
    }

    private String attach(Request request) throws Refusal {
        refuseSecondDomain();
        handle = tables.attach(request.domain(0), request.number(1, 1, Integer.MAX_VALUE, "process id"));
        return welcome();
    }

    private String keep(Request request) throws Refusal {
        tables.keep(process(), request.number(0, 1, Integer.MAX_VALUE, "process id"));
        return "";
    }

    private void refuseSecondDomain() throws Refusal {
        if (handle != null) {
            throw new Refusal("EBUSY", "this connection has domain " + handle.domain().id() + " already");
        }
    }

    private String welcome() {
        return handle.domain().id() + " " + handle.slot() + " " + eventMemory;
    }

    private String share(Request request) throws Refusal {
        int peer = request.domain(0);
        GrantAccess access = request.access(1);
        int fd = request.number(2, 0, Integer.MAX_VALUE, "descriptor");
        int pages = request.number(3, 1, ControlProtocol.MAX_PAGES, "number of pages");
        tables.grants().checkShare(process(), pages);
        GrantFile file = files.inspect(process().pid(), fd, pages);
        return "" + tables.grants().share(process(), peer, access, file, pages);
    }

    private String unshare(Request request) throws Refusal {
        tables.grants().unshare(process(), share(request, 0));
        return "";
    }

    private String map(Request request) throws Refusal {
        int[] refs = new int[request.size() - 2];
        if (refs.length > ControlProtocol.MAX_PAGES) {
            throw Refusal.invalid(refs.length + " references in a request; the most is " + ControlProtocol.MAX_PAGES);
        }
        for (int i = 0; i < refs.length; i++) {
            refs[i] = request.number(i + 2, 1, Integer.MAX_VALUE, "grant reference");
        }
        Mapping mapping = tables.grants().map(process(), request.domain(0), request.access(1), refs);
        StringBuilder reply = new StringBuilder().append(mapping.id());
        mapping.runs().forEach(run -> reply.append(' ').append(run.wire()));
        return reply.toString();
    }

    private String unmap(Request request) throws Refusal {
        tables.grants().unmap(process(), mapping(request, 0));
        return "";
    }

    private String notifyOnUnmap(Request request) throws Refusal {
        Region region = switch (request.text(0)) {
            case ControlProtocol.SHARE -> share(request, 1);
            case ControlProtocol.MAP -> mapping(request, 1);
            default -> throw Refusal.invalid("'" + shown(request.text(0)) + "' is neither SHARE nor MAP");
        };
        int offset = request.number(2, 0, region.pages() * GrantTable.PAGE_SIZE - 1, "byte offset");
        int port = request.number(3, 1, Integer.MAX_VALUE, "port");
        tables.checkNotifiable(process(), region, port);
        Region.Place place = region.place(offset / GrantTable.PAGE_SIZE);
        long inFile = (long) place.page() * GrantTable.PAGE_SIZE + offset % GrantTable.PAGE_SIZE;
        tables.notifyOnUnmap(process(), region, files.openByte(place.file(), inFile), port);
        return "";
    }

    private String unbound(Request request) throws Refusal {
        return "" + tables.ports().allocateUnbound(process(), request.domain(0));
    }

    private String bind(Request request) throws Refusal {
        int remotePort = request.number(1, 1, Integer.MAX_VALUE, "port");
        return "" + tables.ports().bind(process(), request.domain(0), remotePort);
    }

    private String close(Request request) throws Refusal {
        int port = request.number(0, 1, Integer.MAX_VALUE, "port");
        tables.ports().close(tables.ports().own(process(), port));
        return "";
    }

    private Handle process() throws Refusal {
        if (handle == null) {
            throw new Refusal("EPERM", "this connection has no domain yet: send DOMAIN or ATTACH first");
        }
        if (handle.ended()) {
            throw new Refusal("ESRCH", "domain " + handle.domain().id() + " has ended");
        }
        return handle;
    }

    private Share share(Request request, int index) throws Refusal {
        int ref = request.number(index, 1, Integer.MAX_VALUE, "grant reference");
        return tables.grants().own(process(), ref);
    }

    private Mapping mapping(Request request, int index) throws Refusal {
        return process().mapping(request.number(index, 1, Integer.MAX_VALUE, "mapping"));
    }

    /** Text of a client in a message: printable and short. */
    static String shown(String text) {
        String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return cut.replaceAll("[^ -~]", "?");
    }

    /** A request taken apart. */
    private static final class Request {

        private final String[] words;

        Request(String line) {
            words = line.split(" ", -1);
        }

        String command() {
            return words[0];
        }

        int size() {
            return words.length - 1;
        }

        String text(int index) {
            return words[index + 1];
        }

        Request exactly(int count) throws Refusal {
            if (size() != count) {
                throw Refusal.invalid(command() + " takes " + count + " arguments, not " + size());
            }
            return this;
        }

        Request atLeast(int count) throws Refusal {
            if (size() < count) {
                throw Refusal.invalid(command() + " takes at least " + count + " arguments, not " + size());
            }
            return this;
        }

        int number(int index, int least, int most, String what) throws Refusal {
            String word = text(index);
            if (word.matches("[0-9]{1,10}")) {
                long value = Long.parseLong(word);
                if (value >= least && value <= most) {
                    return (int) value;
                }
            }
            throw Refusal.invalid(what + " '" + shown(word) + "' is not between " + least + " and " + most);
        }

        int domain(int index) throws Refusal {
            return number(index, 0, DomainId.FIRST_RESERVED - 1, "domain");
        }

        GrantAccess access(int index) throws Refusal {
            return switch (text(index)) {
                case ControlProtocol.READ_WRITE -> GrantAccess.READ_WRITE;
                case ControlProtocol.READ_ONLY -> GrantAccess.READ_ONLY;
                default -> throw Refusal.invalid("access '" + shown(text(index)) + "' is neither rw nor ro");
            };
        }
    }
}
