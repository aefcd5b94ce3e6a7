/* One of the two processes of the benchmark, in C over libxenvchan:
 *
 *   vchan_peer receiver|sender DOMAIN PATH
 *
 * DOMAIN is the peer's, PATH the vchan's folder in XenStore. The receiver is the server. The commands on standard input
 * and the replies stand in Peer.java; so does what a message is, in Message.java. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libxenvchan.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xenevtchn.h>

enum { RING = 65536, LARGEST = 65536, LINE = 64, PING = 64, CONNECT_MILLIS = 20000 };

static struct libxenvchan *channel;
static uint8_t message[LARGEST];
static long events;

/* Counts what libxenvchan sends. */
int xenevtchn_notify(xenevtchn_handle *handle, evtchn_port_t port) {
    static int (*next)(xenevtchn_handle *, evtchn_port_t);
    if (!next) next = (int (*)(xenevtchn_handle *, evtchn_port_t)) dlsym(RTLD_NEXT, "xenevtchn_notify");
    events++;
    return next(handle, port);
}

static void fail(const char *what) {
    fprintf(stderr, "vchan_peer: %s\n", what);
    exit(1);
}

static long nanos(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000l + t.tv_nsec;
}

static void pause_millis(long millis) {
    struct timespec t = {0, millis * 1000000};
    nanosleep(&t, NULL);
}

static void send_one(int size, long number) {
    for (int i = 0; i + 8 <= size; i += LINE) memcpy(message + i, &number, 8);
    for (int sent = 0; sent < size;) {
        int n = libxenvchan_write(channel, message + sent, size - sent);
        if (n < 0) fail("the peer closed while this sent");
        sent += n;
    }
}

static long receive_one(int size) {
    for (int got = 0; got < size;) {
        int n = libxenvchan_read(channel, message + got, size - got);
        if (n < 0) fail("the peer closed while this received");
        got += n;
    }
    long sum = 0, number;
    for (int i = 0; i + 8 <= size; i += LINE) {
        memcpy(&number, message + i, 8);
        sum += number;
    }
    return sum;
}

static void measured(int sending, int size, long count) {
    long begin = nanos(CLOCK_MONOTONIC), processor = nanos(CLOCK_PROCESS_CPUTIME_ID), before = events, sum = 0;
    for (long i = 0; i < count; i++) {
        if (sending) send_one(size, i);
        else sum += receive_one(size);
    }
    printf("ok %ld %ld -1 %ld %ld\n", nanos(CLOCK_MONOTONIC) - begin, nanos(CLOCK_PROCESS_CPUTIME_ID) - processor,
            events - before, sum);
}

static int compare(const void *a, const void *b) {
    long x = *(const long *) a, y = *(const long *) b;
    return (x > y) - (x < y);
}

/* Round trips, or the delays of messages that have the time they were due in them. */
static void recorded(int asking, long count) {
    long *values = malloc(count * sizeof *values), begin = nanos(CLOCK_MONOTONIC);
    if (!values) fail("no memory");
    for (long i = 0; i < count; i++) {
        long due = nanos(CLOCK_MONOTONIC);
        if (asking) send_one(PING, due);
        long got = receive_one(PING);
        if (asking && got != due) fail("a message came back changed");
        values[i] = nanos(CLOCK_MONOTONIC) - got;
    }
    long took = nanos(CLOCK_MONOTONIC) - begin;
    qsort(values, count, sizeof *values, compare);
    printf("ok %ld %ld %ld %ld %ld\n", took, values[count / 2], values[count - 1 - count / 100],
            values[count - 1 - count / 1000], values[count - 1]);
    free(values);
}

static void pace(long rate, long count) {
    long start = nanos(CLOCK_MONOTONIC);
    for (long i = 0; i < count; i++) {
        long due = start + i * 1000000000l / rate;
        while (nanos(CLOCK_MONOTONIC) < due) continue;
        send_one(PING, due);
    }
}

static void meet(int server, int domain, const char *path, int blocking) {
    for (int waited = 0; server ? channel->ring->cli_live != 1 : !(channel = libxenvchan_client_init(NULL, domain, path));
            waited++) {
        if (waited == CONNECT_MILLIS) fail("the peer did not come");
        pause_millis(1);
    }
    channel->blocking = blocking;
}

int main(int argc, char **argv) {
    char line[128], word[16], mode[16];
    if (argc != 4) fail("usage: vchan_peer receiver|sender DOMAIN PATH");
    int server = !strcmp(argv[1], "receiver"), domain = atoi(argv[2]);
    while (fgets(line, sizeof line, stdin)) {
        long a = 0, b = 0;
        if (sscanf(line, "%15s %ld %ld", word, &a, &b) < 1) fail("empty command");
        if (sscanf(line, "%*s %15s", mode) < 1) fail("command without an argument");
        if (!strcmp(word, "send") || !strcmp(word, "receive")) {
            if (a < 8 || a > LARGEST) fail("size out of range");
            measured(word[0] == 's', a, b);
        } else if (!strcmp(word, "ask") || !strcmp(word, "collect")) {
            recorded(word[0] == 'a', a);
        } else {
            if (!strcmp(word, "listen")) channel = libxenvchan_server_init(NULL, domain, argv[3], RING, RING);
            else if (!strcmp(word, "meet")) meet(server, domain, argv[3], !strcmp(mode, "SLEEPING"));
            else if (!strcmp(word, "answer")) while (a--) send_one(PING, receive_one(PING));
            else if (!strcmp(word, "pace")) pace(a, b);
            else fail("unknown command");
            if (!channel) fail("cannot make the vchan");
            printf("ok\n");
        }
        fflush(stdout);
    }
    if (channel) libxenvchan_close(channel);
    return 0;
}
