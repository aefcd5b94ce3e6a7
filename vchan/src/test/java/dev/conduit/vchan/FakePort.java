package dev.conduit.vchan;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;

/** An event port of a {@link FakeMachine}; every event counts. */
final class FakePort implements EventPort {

    private final FakeMachine machine;
    private final int number;
    private final int domain;
    private final int peerDomain;
    private FakePort other;
    private long events;
    private long sent;
    private boolean closed;
    private Runnable action = () -> { };

    FakePort(FakeMachine machine, int number, int domain, int peerDomain) {
        this.machine = machine;
        this.number = number;
        this.domain = domain;
        this.peerDomain = peerDomain;
    }

    int domain() {
        return domain;
    }

    int peerDomain() {
        return peerDomain;
    }

    /** Makes the other end. */
    FakePort bind(int client) throws PlatformException {
        synchronized (machine) {
            if (other != null) {
                throw new PlatformException("port " + number + " is bound already");
            }
            other = machine.newPort(client, domain);
            other.other = this;
            other.count();
            return other;
        }
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public void send() throws PlatformException {
        synchronized (machine) {
            if (closed) {
                throw new PlatformException("port " + number + " is closed");
            }
            sent++;
            machine.faults.note("event");
            if (other != null) {
                other.count();
            }
        }
    }

    private void count() {
        events++;
        action.run();
        machine.notifyAll();
    }

    /** How often this end sent. */
    long sent() {
        synchronized (machine) {
            return sent;
        }
    }

    @Override
    public long events() {
        synchronized (machine) {
            return events;
        }
    }

    @Override
    public long await(long seen, long deadline) throws PlatformException, InterruptedException {
        synchronized (machine) {
            long left;
            while (!closed && events == seen && (left = deadline - System.nanoTime()) > 0) {
                machine.wait(left / 1_000_000, (int) (left % 1_000_000));
            }
            if (closed) {
                throw new PlatformException("port " + number + " is closed");
            }
            return events;
        }
    }

    @Override
    public void onEvent(Runnable newAction) {
        synchronized (machine) {
            action = newAction;
            action.run();
        }
    }

    @Override
    public void wakeUp() {
        synchronized (machine) {
            count();
        }
    }

    @Override
    public void close() {
        synchronized (machine) {
            if (!closed) {
                closed = true;
                machine.faults.note("end of port");
                if (other != null) {
                    other.other = null;
                }
                machine.closed(this);
                machine.notifyAll();
            }
        }
    }
}
