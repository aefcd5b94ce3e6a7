/* A domain of the local platform in C, written from docs/local-platform.md alone.
 * Arguments: control socket, peer's domain id. Prints "<domid> <ref> <port>", reads "<owner> <ref>", prints "mapped";
 * from then on it answers each event: adds one to the number in the page it mapped, writes it into the page it shared. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { SLOT0 = 4096, SLOT_BYTES = 36864, SLOTS = 1024, PORTS = 4096, SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL };

static int control;
static char reply[65536];
static uint8_t *events;

static void fail(const char *what) {
    fprintf(stderr, "local_peer: %s: %s (last reply: %s)\n", what, strerror(errno), reply);
    exit(1);
}

/* Reads the one line that answers the request just written; the words after OK. */
static const char *result(void) {
    size_t used = 0;
    while (used == 0 || reply[used - 1] != '\n') {
        ssize_t n = read(control, reply + used, sizeof reply - 1 - used);
        if (n <= 0) fail("control connection");
        used += n;
    }
    reply[used] = 0;
    if (strncmp(reply, "OK", 2)) fail("refused");
    return reply + 2;
}

static _Atomic uint32_t *wake_word(unsigned slot) { return (void *) (events + SLOT0 + SLOT_BYTES * slot); }
static _Atomic uint32_t *sleeper_word(unsigned slot) { return wake_word(slot) + 1; }
static _Atomic uint64_t *pending(unsigned slot) { return (void *) (events + SLOT0 + SLOT_BYTES * slot + 64); }
static _Atomic uint64_t *entries(unsigned slot) { return (void *) (events + SLOT0 + SLOT_BYTES * slot + 4096); }

static void send_event(unsigned slot, unsigned port) {
    uint64_t entry = atomic_load(&entries(slot)[port]);
    uint32_t to = entry >> 32, there = (uint32_t) entry;
    if (there < 1 || there >= PORTS || to >= SLOTS) return;
    uint64_t bit = 1ull << there % 64;
    if (atomic_fetch_or(&pending(to)[there / 64], bit) & bit) return;
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(sleeper_word(to))) {
        atomic_fetch_add(wake_word(to), 1);
        syscall(SYS_futex, wake_word(to), FUTEX_WAKE, 1, NULL, NULL, 0);
    }
}

/* Waits for an event on one port; events on others are dropped. */
static void wait_event(unsigned slot, unsigned port) {
    struct timespec bound = {0, 100000000};
    for (;;) {
        uint32_t seen = atomic_load(wake_word(slot));
        int any = 0, mine = 0;
        for (unsigned w = 0; w < 64; w++) {
            uint64_t bits = atomic_load(&pending(slot)[w]);
            if (!bits) continue;
            atomic_fetch_and(&pending(slot)[w], ~bits);
            any = 1;
            if (w == port / 64 && bits >> port % 64 & 1) mine = 1;
        }
        if (mine) return;
        if (any) continue;
        atomic_store(sleeper_word(slot), 1);
        atomic_thread_fence(memory_order_seq_cst);
        for (unsigned w = 0; w < 64; w++) any |= atomic_load(&pending(slot)[w]) != 0;
        if (!any) syscall(SYS_futex, wake_word(slot), FUTEX_WAIT, seen, &bound, NULL, 0);
        atomic_store(sleeper_word(slot), 0);
    }
}

static volatile uint8_t *map_run(const char *run) {
    char path[64];
    unsigned long long device, inode;
    unsigned pid, fd, page, count;
    struct stat st;
    if (sscanf(run, " %u:%u:%u+%u:%llu:%llu", &pid, &fd, &page, &count, &device, &inode) != 6) fail("run");
    snprintf(path, sizeof path, "/proc/%u/fd/%u", pid, fd);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || fstat(file, &st)) fail(path);
    if (st.st_dev != device || st.st_ino != inode || st.st_size < (off_t) (page + count) * 4096) fail("other file");
    if ((fcntl(file, F_GET_SEALS) & SEALS) != SEALS) fail("seals");
    void *at = mmap(NULL, count * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t) page * 4096);
    if (at == MAP_FAILED) fail("mmap");
    close(file);
    return at;
}

int main(int argc, char **argv) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char path[64];
    int domain, slot, host_pid, host_fd, port, ref, owner, owner_ref, mapping, used;
    if (argc != 3) return 2;
    strncpy(to.sun_path, argv[1], sizeof to.sun_path - 1);
    control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(control, (struct sockaddr *) &to, sizeof to)) fail(argv[1]);
    dprintf(control, "DOMAIN c-peer %d\n", getpid());
    if (sscanf(result(), "%d %d %d %d", &domain, &slot, &host_pid, &host_fd) != 4) fail("DOMAIN");
    snprintf(path, sizeof path, "/proc/%d/fd/%d", host_pid, host_fd);
    int file = open(path, O_RDWR | O_CLOEXEC);
    events = mmap(NULL, SLOT0 + SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || events == MAP_FAILED || *(uint64_t *) events != 0x45746975646e6f63) fail("event memory");

    int grant = memfd_create("c-grant", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (grant < 0 || posix_fallocate(grant, 0, 4096) || fcntl(grant, F_ADD_SEALS, SEALS)) fail("memory file");
    volatile uint8_t *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, grant, 0);
    dprintf(control, "UNBOUND %s\n", argv[2]);
    port = atoi(result());
    dprintf(control, "SHARE %s rw %d 1\n", argv[2], grant);
    ref = atoi(result());
    dprintf(control, "NOTIFY SHARE %d 21 %d\n", ref, port);
    result();
    shared[21] = 1;
    printf("%d %d %d\n", domain, ref, port);
    fflush(stdout);

    if (scanf("%d %d", &owner, &owner_ref) != 2) fail("input");
    dprintf(control, "MAP %d rw %d\n", owner, owner_ref);
    const char *words = result();
    if (sscanf(words, "%d%n", &mapping, &used) != 1) fail("MAP");
    volatile uint8_t *mapped = map_run(words + used);
    dprintf(control, "NOTIFY MAP %d 20 %d\n", mapping, port);
    result();
    printf("mapped\n");
    fflush(stdout);
    for (;;) {
        wait_event(slot, port);
        *(volatile uint32_t *) shared = *(volatile uint32_t *) mapped + 1;
        send_event(slot, port);
    }
}
