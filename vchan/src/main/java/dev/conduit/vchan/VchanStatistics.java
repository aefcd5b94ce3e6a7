package dev.conduit.vchan;

/**
 * Counters of one channel since it was opened.
 *
 * @param bytesRead bytes read
 * @param bytesWritten bytes written
 * @param eventsSent events sent to the peer
 * @param eventsReceived events received from the peer
 * @param waits how often a call went to sleep
 */
public record VchanStatistics(
        long bytesRead, long bytesWritten, long eventsSent, long eventsReceived, long waits) {}
