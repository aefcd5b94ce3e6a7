package dev.conduit.bench.vchan;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SleepingIdleStrategy;

/** Over Aeron, with the driver in the receiver, in one thread that sleeps a little between its rounds. */
final class AeronMeeting implements Meeting {

    private static final int TO_RECEIVER = 1;
    private static final int TO_SENDER = 2;
    /** The longest Aeron takes: messages of 4 KiB need not be cut. */
    private static final int MTU = 65504;
    private static final long DRIVER_SLEEP = TimeUnit.MICROSECONDS.toNanos(100);

    private final boolean receiver;
    private final String directory;
    private MediaDriver driver;
    private Aeron aeron;

    AeronMeeting(boolean receiver, Path directory) {
        this.receiver = receiver;
        this.directory = directory.resolve("bench-aeron").toString();
    }

    @Override
    public void listen(boolean sleeping) {
        driver = MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(directory)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingIdleStrategy(DRIVER_SLEEP))
                .ipcMtuLength(MTU));
    }

    @Override
    public Transport meet(boolean sleeping) {
        aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory));
        Subscription in = aeron.addSubscription(CommonContext.IPC_CHANNEL, receiver ? TO_RECEIVER : TO_SENDER);
        ExclusivePublication out =
                aeron.addExclusivePublication(CommonContext.IPC_CHANNEL, receiver ? TO_SENDER : TO_RECEIVER);
        while (!out.isConnected() || !in.isConnected()) {
            Thread.onSpinWait();
        }
        return new AeronTransport(out, in);
    }

    @Override
    public void close() {
        aeron.close();
        if (driver != null) {
            driver.close();
        }
    }
}
