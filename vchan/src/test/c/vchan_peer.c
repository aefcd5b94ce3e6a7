/* One end of a vchan in C, over libxenvchan: sends a stream, receives and checks another, both at once.
 *
 *   vchan_peer [--deadline SECONDS] [--rounds N] [--linger] server|client DOMAIN PATH LEFT RIGHT
 *       SEND_BYTES SEND_SEED RECEIVE_BYTES RECEIVE_SEED [CHUNK_MAX]
 *
 * DOMAIN is the peer's. PATH is the vchan's folder in XenStore; a client waits for it. LEFT and RIGHT are the least sizes
 * of the rings to and from the server, which a client gives but does not use. Pieces of 1 to CHUNK_MAX bytes (65536) are
 * handed to the library. After each round it prints "sent N received M crc C", C being the CRC-32C of what was received
 * in eight hexadecimal digits.
 *
 * --deadline  seconds after which it gives up, 60 by default
 * --rounds    a persistent server for so many clients, one after another; the streams start anew with each
 * --linger    does not close before the peer has closed
 *
 * Before it closes it waits until the peer has read everything. Exit code: 0 when all bytes were right, 1 when not, 2 for
 * wrong usage.
 *
 * The stream of a seed: x = seed XOR 0x9e3779b97f4a7c15, or that constant when x is 0; then for each eight bytes
 * x ^= x >> 12, x ^= x << 25, x ^= x >> 27, and the bytes of x * 0x2545f4914f6cdd1d (modulo 2^64), lowest first. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <getopt.h>
#include <libxenvchan.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_CHUNK = 1 << 20, LOOK_MILLIS = 100, RETRY_MILLIS = 20 };

struct stream {
    uint64_t x, word, at, end;
};

static struct libxenvchan *channel;
static uint64_t give_up_at, chunk_random;
static size_t chunk_max = 65536;
static uint8_t buffer[MAX_CHUNK];
static size_t unsent, unsent_at;
static uint8_t unsent_bytes[MAX_CHUNK];

static uint64_t now_millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "vchan_peer: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

static void check_deadline(const char *doing) {
    if (now_millis() >= give_up_at) fail("deadline reached while %s", doing);
}

static uint64_t next_word(uint64_t *x) {
    *x ^= *x >> 12;
    *x ^= *x << 25;
    *x ^= *x >> 27;
    return *x * 0x2545f4914f6cdd1dull;
}

static struct stream begin(uint64_t seed, uint64_t bytes) {
    uint64_t x = seed ^ 0x9e3779b97f4a7c15ull;
    return (struct stream) {x ? x : 0x9e3779b97f4a7c15ull, 0, 0, bytes};
}

static uint8_t next_byte(struct stream *s) {
    if (s->at % 8 == 0) s->word = next_word(&s->x);
    return s->word >> s->at++ % 8 * 8;
}

static uint32_t crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    static uint32_t table[256];
    if (!table[1]) {
        for (uint32_t i = 0; i < 256; i++) {
            table[i] = i;
            for (int bit = 0; bit < 8; bit++) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0x82f63b78 : 0);
        }
    }
    for (crc = ~crc; count--; bytes++) crc = crc >> 8 ^ table[(crc ^ *bytes) & 255];
    return ~crc;
}

static size_t chunk(void) {
    return next_word(&chunk_random) % chunk_max + 1;
}

/* Sleeps until there is an event, at most LOOK_MILLIS, so that a peer's event that was lost does no harm. */
static void wait_event(void) {
    struct pollfd fd = {libxenvchan_fd_for_select(channel), POLLIN, 0};
    int ready = poll(&fd, 1, LOOK_MILLIS);
    if (ready < 0 && errno != EINTR) fail("poll: %s", strerror(errno));
    if (ready > 0 && libxenvchan_wait(channel) < 0) fail("libxenvchan_wait failed");
}

/* Gives a piece of the stream to the ring. Whether it took any of it. */
static int send_some(struct stream *s) {
    if (!unsent) {
        unsent_at = 0;
        for (size_t n = chunk(); unsent < n && s->at < s->end; unsent++) unsent_bytes[unsent] = next_byte(s);
    }
    if (!unsent) return 0;
    int n = libxenvchan_write(channel, unsent_bytes + unsent_at, unsent);
    if (n < 0) fail("the peer closed after %llu of %llu bytes were sent", (unsigned long long) (s->at - unsent),
            (unsigned long long) s->end);
    unsent -= n;
    unsent_at += n;
    return n > 0;
}

/* Takes and checks what is there, at most a piece. Whether there was anything. */
static int receive_some(struct stream *s, uint32_t *crc) {
    size_t n = chunk();
    if (n > s->end - s->at) n = s->end - s->at;
    if (!n) return 0;
    int got = libxenvchan_read(channel, buffer, n);
    /* The library looks whether there is data before it looks whether the peer is open: data may have come between. */
    if (got < 0) got = libxenvchan_read(channel, buffer, n);
    if (got < 0) fail("the peer closed after %llu of %llu bytes were received", (unsigned long long) s->at,
            (unsigned long long) s->end);
    *crc = crc32c(*crc, buffer, got);
    for (int i = 0; i < got; i++) {
        if (buffer[i] != next_byte(s)) fail("byte %llu is wrong", (unsigned long long) s->at - 1);
    }
    return got > 0;
}

static int peer_is_there(void) {
    return channel->is_server ? channel->ring->cli_live == 1 : libxenvchan_is_open(channel) == 1;
}

static void transfer(struct stream out, struct stream in) {
    uint32_t crc = 0;
    while (out.at < out.end || unsent || in.at < in.end) {
        check_deadline("transferring");
        int sent = send_some(&out), received = receive_some(&in, &crc);
        if (!sent && !received) wait_event();
    }
    printf("sent %llu received %llu crc %08x\n", (unsigned long long) out.at, (unsigned long long) in.at, crc);
    fflush(stdout);
}

static void wait_until_read(void) {
    while (peer_is_there() && libxenvchan_buffer_space(channel) < 1 << channel->write.order) {
        check_deadline("waiting for the peer to read everything");
        wait_event();
    }
}

static void wait_until_closed(void) {
    while (peer_is_there()) {
        check_deadline("waiting for the peer to close");
        wait_event();
    }
}

/* The first client may have come and gone already. */
static void wait_for_client(uint64_t round) {
    while (round ? channel->ring->cli_live != 1 : channel->ring->cli_live == 2) {
        check_deadline("waiting for a client");
        wait_event();
    }
}

static void connect_to(int domain, const char *path) {
    struct timespec pause = {0, RETRY_MILLIS * 1000000};
    while (!(channel = libxenvchan_client_init(NULL, domain, path))) {
        check_deadline("waiting for the server");
        nanosleep(&pause, NULL);
    }
}

static uint64_t number(const char *text, const char *what, uint64_t most) {
    char *end;
    errno = 0;
    uint64_t value = strtoull(text, &end, 0);
    if (errno || end == text || *end || *text == '-' || value > most) {
        fprintf(stderr, "vchan_peer: %s '%s' is not a number up to %llu\n", what, text, (unsigned long long) most);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv) {
    static const struct option options[] = {{"deadline", 1, 0, 'd'}, {"rounds", 1, 0, 'r'}, {"linger", 0, 0, 'l'}, {0}};
    uint64_t seconds = 60, rounds = 0, linger = 0;
    for (int o; (o = getopt_long(argc, argv, "+", options, NULL)) != -1;) {
        if (o == 'd') seconds = number(optarg, "deadline", 86400);
        else if (o == 'r') rounds = number(optarg, "rounds", UINT32_MAX);
        else if (o == 'l') linger = 1;
        else return 2;
    }
    argv += optind - 1;
    argc -= optind - 1;
    int server = argc > 1 && !strcmp(argv[1], "server");
    if (argc < 10 || argc > 11 || !(server || !strcmp(argv[1], "client"))) {
        fprintf(stderr, "usage: vchan_peer [--deadline SECONDS] [--rounds N] [--linger] server|client DOMAIN PATH LEFT RIGHT"
                " SEND_BYTES SEND_SEED RECEIVE_BYTES RECEIVE_SEED [CHUNK_MAX]\n");
        return 2;
    }
    int domain = number(argv[2], "domain", 0x7fef);
    size_t left = number(argv[4], "left ring", 1 << 20), right = number(argv[5], "right ring", 1 << 20);
    uint64_t send_bytes = number(argv[6], "bytes to send", INT64_MAX), send_seed = number(argv[7], "seed", UINT64_MAX);
    uint64_t receive_bytes = number(argv[8], "bytes to receive", INT64_MAX);
    uint64_t receive_seed = number(argv[9], "seed", UINT64_MAX);
    if (argc == 11) chunk_max = number(argv[10], "largest piece", MAX_CHUNK);
    if (!chunk_max) chunk_max = 1;
    chunk_random = send_seed | 1;
    give_up_at = now_millis() + seconds * 1000;

    if (server) channel = libxenvchan_server_init(NULL, domain, argv[3], left, right);
    else connect_to(domain, argv[3]);
    if (!channel) fail("cannot serve domain %d at %s: %s", domain, argv[3], strerror(errno));
    channel->blocking = 0;
    channel->server_persist = server && rounds;
    for (uint64_t round = 0; round < (rounds ? rounds : 1); round++) {
        if (server) wait_for_client(round);
        transfer(begin(send_seed, send_bytes), begin(receive_seed, receive_bytes));
        wait_until_read();
        if (linger || rounds) wait_until_closed();
    }
    libxenvchan_close(channel);
    return 0;
}
