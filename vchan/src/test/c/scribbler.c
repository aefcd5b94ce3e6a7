/* A hostile peer of a vchan: maps the control page as the client's domain may, and writes rubbish into it.
 *
 *   scribbler header|rings DOMAIN RING-REF|PATH SECONDS SEED
 *
 * DOMAIN is the server's. PATH, which has a slash in it, is the vchan's folder in XenStore; when another ring-ref appears
 * there its page is taken instead.
 *
 * header  words, halves and bytes of the first 56 bytes: indices (any, and some near to what is there), orders, live and
 *         notify bytes, the first grant references
 * rings   keeps the rules of a connected client, so that the other side goes on; but all bytes of both rings change all
 *         the time, also while they are read
 *
 * Prints "scribbling" when it has the first page, and at the end "wrote N to P pages". It sends no events. Exit code: 0
 * when it wrote for so long, 1 when it could not, 2 for wrong usage. Needs libxengnttab and libxenstore only. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xengnttab.h>
#include <xenstore.h>

enum { PAGE = 4096, MOST_PAGES = 256, LOOK_MILLIS = 2, HEADER = 24, LEFT_ORDER = 16, CLI_LIVE = 20, SRV_NOTIFY = 23 };

struct ring {
    volatile uint8_t *bytes;
    uint32_t size;
    int pages; /* 0: it lies in the control page */
};

static xengnttab_handle *grants;
static struct xs_handle *store;
static uint32_t domain, ref;
static const char *path;
static volatile uint8_t *page;
static struct ring left, right;
static uint64_t random_state, written, pages_taken;

static uint32_t next(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state >> 32;
}

static uint32_t below(uint32_t bound) { return next() % bound; }

static uint64_t now_millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

static volatile uint32_t *word(int offset) { return (volatile uint32_t *)(page + offset); }

/* The reference of the page to scribble in, or 0 while there is none. */
static uint32_t current_ref(void) {
    if (!path) return ref;
    char node[512];
    unsigned length;
    snprintf(node, sizeof node, "%s/ring-ref", path);
    char *value = xs_read(store, XBT_NULL, node, &length);
    uint32_t found = value ? strtoul(value, NULL, 10) : 0;
    free(value);
    return found;
}

static void unmap(volatile void *address, int count) {
    if (address && xengnttab_unmap(grants, (void *)address, count)) perror("scribbler: unmap");
}

static void release(void) {
    if (left.pages) unmap(left.bytes, left.pages);
    if (right.pages) unmap(right.bytes, right.pages);
    unmap(page, 1);
    left = right = (struct ring){ 0 };
    page = NULL;
}

/* False when the orders or the references make no sense; the page may be gone already. */
static int map_ring(struct ring *ring, int order, int first_ref) {
    if (order < 10 || order > 20) return 0;
    ring->size = 1u << order;
    if (order < 12) {
        ring->bytes = page + (1 << order);
        return 1;
    }
    uint32_t refs[MOST_PAGES];
    int count = 1 << (order - 12);
    for (int i = 0; i < count; i++) refs[i] = *word(HEADER + 4 * (first_ref + i));
    ring->bytes = xengnttab_map_domain_grant_refs(grants, count, domain, refs, PROT_READ | PROT_WRITE);
    ring->pages = ring->bytes ? count : 0;
    return ring->bytes != NULL;
}

static int take(uint32_t new_ref, int rings) {
    release();
    page = xengnttab_map_grant_ref(grants, domain, new_ref, PROT_READ | PROT_WRITE);
    if (!page) return 0;
    if (rings) {
        int left_order = *(volatile uint16_t *)(page + LEFT_ORDER);
        int right_order = *(volatile uint16_t *)(page + LEFT_ORDER + 2);
        if (!map_ring(&left, left_order, 0) || !map_ring(&right, right_order, left.pages)) {
            release();
            return 0;
        }
        page[CLI_LIVE] = 1;
        page[SRV_NOTIFY] = 1;
    }
    if (!pages_taken++) {
        puts("scribbling");
        fflush(stdout);
    }
    return 1;
}

static void scribble_header(void) {
    int index = 4 * below(4);
    switch (below(8)) {
        case 0: *word(index) = next(); break;
        case 1: case 2: *word(index) += below(300); break;
        case 3: *word(index) = *word(index ^ 4) + below(5000) - 1000; break;
        case 4: *(volatile uint16_t *)(page + LEFT_ORDER + 2 * below(2)) = below(24); break;
        case 5: page[CLI_LIVE + below(2)] = below(8) ? below(3) : next(); break;
        case 6: page[CLI_LIVE + 2 + below(2)] = next(); break;
        default: *word(HEADER + 4 * below(8)) = below(2) ? next() : below(2000);
    }
    /* Time for the other side to believe what it sees. */
    if (!below(64)) nanosleep(&(struct timespec){ 0, below(200000) }, NULL);
}

/* left.prod is ours, and right.cons; the other side's indices say how far they may go. */
static void scribble_rings(void) {
    for (int i = 0; i < 200; i++) left.bytes[below(left.size)] = next();
    for (int i = 0; i < 200; i++) right.bytes[below(right.size)] = next();
    uint32_t room = left.size - (*word(4) - *word(0));
    if (room && room <= left.size) *word(4) += 1 + below(room);
    uint32_t ready = *word(12) - *word(8);
    if (ready && ready <= right.size) *word(8) += 1 + below(ready);
}

int main(int argc, char **argv) {
    int rings = argc == 6 && !strcmp(argv[1], "rings");
    if (argc != 6 || (!rings && strcmp(argv[1], "header"))) {
        fputs("usage: scribbler header|rings DOMAIN RING-REF|PATH SECONDS SEED\n", stderr);
        return 2;
    }
    domain = strtoul(argv[2], NULL, 10);
    if (strchr(argv[3], '/')) path = argv[3];
    else ref = strtoul(argv[3], NULL, 10);
    random_state = strtoull(argv[5], NULL, 10) * 0x9e3779b97f4a7c15ull | 1;
    uint64_t end = now_millis() + strtoul(argv[4], NULL, 10) * 1000;
    grants = xengnttab_open(NULL, 0);
    store = path ? xs_open(0) : NULL;
    if (!grants || (path && !store)) {
        perror("scribbler: cannot open the grant device or XenStore");
        return 1;
    }
    uint64_t now, look_at = 0;
    while ((now = now_millis()) < end) {
        if (now >= look_at) {
            uint32_t found = current_ref();
            if (found && (found != ref || !page) && take(found, rings)) ref = found;
            look_at = now + LOOK_MILLIS;
        }
        if (!page) {
            nanosleep(&(struct timespec){ 0, 500000 }, NULL);
            continue;
        }
        for (int i = 0; i < 64; i++, written++) rings ? scribble_rings() : scribble_header();
    }
    if (rings && page) page[CLI_LIVE] = 0;
    release();
    printf("wrote %llu to %llu pages\n", (unsigned long long)written, (unsigned long long)pages_taken);
    if (store) xs_close(store);
    xengnttab_close(grants);
    return pages_taken ? 0 : 1;
}
