/* Stands in for libxengnttab and libxenevtchn, so that a program made for Xen's C libraries runs unmodified on the local
 * platform: preloaded, it makes the process one of the domain CONDUIT_DOMID on the host in the folder CONDUIT_DIR.
 *
 * It speaks docs/local-platform.md and has every function of xengnttab.h and xenevtchn.h, so that no handle from here
 * reaches the real libraries; what has no meaning here fails with ENOTSUP. Of xenctrl.h it has what asks whether a domain
 * is alive. libxenstore needs no stand-in: it goes to the socket XENSTORED_PATH.
 *
 * Nothing happens before a handle is opened. Then the process has one control connection, and one thread that waits for
 * events and writes the port of each into the pipe of its handle: that is the descriptor programs poll. A forked child
 * starts anew, and can only close the handles it inherited. All functions may be called from any thread.
 *
 * Differences from Xen: data pages that were unmapped with munmap(2), as libxenvchan does, are given back when their handle
 * is closed, and grants of pages without an unmap notification end then even if they are still mapped. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, SLOT0 = 4096, SLOT_BYTES = 36864, SLOTS = 1024, PORTS = 4096, MAX_PAGES = 512 };
enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, REPLY_SECONDS = 10, NONE = -1 };
static const uint64_t MAGIC = 0x45746975646e6f63, VERSION_AND_SLOTS = (uint64_t) SLOTS << 32 | 1;

typedef struct xengntdev_handle { char identity; } grants;
typedef struct xenevtchn_handle { int read_end, write_end; } evtchn;

/* Pages shared or mapped. handle is 0 when it is closed, offset NONE without an unmap notification, fd NONE for a mapping. */
struct region {
    struct region *next;
    grants *handle;
    uint8_t *at;
    int pages, number, fd, offset;
    unsigned port;
};

/* control_lock: the connection, its buffers, and regions. port_lock: ports. When both, control_lock first. */
static pthread_mutex_t control_lock = PTHREAD_MUTEX_INITIALIZER, port_lock = PTHREAD_MUTEX_INITIALIZER;
static enum { FRESH, JOINED, LOST } state;
static int control, request_bytes, self, slot;
static char request[8192], reply[65536];
static uint8_t *events;
static struct region *regions;
static struct { evtchn *_Atomic owner; int masked, pending; } ports[PORTS];

static int fail(int error) {
    errno = error;
    return -1;
}

/* ---- Event memory ---- */

static _Atomic uint32_t *wake_word(unsigned s) { return (void *) (events + SLOT0 + SLOT_BYTES * s); }
static _Atomic uint32_t *sleeper_word(unsigned s) { return wake_word(s) + 1; }
static _Atomic uint64_t *pending(unsigned s) { return (void *) (events + SLOT0 + SLOT_BYTES * s + 64); }
static _Atomic uint64_t *entries(unsigned s) { return (void *) (events + SLOT0 + SLOT_BYTES * s + PAGE); }

static void send_event(unsigned port) {
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

/* Hands an event to the port's handle, once until it is unmasked; else keeps it, also for a port not known here yet. */
static void deliver(unsigned port) {
    uint32_t word = port;
    int taken = ports[port].owner && !ports[port].masked
            && write(ports[port].owner->write_end, &word, sizeof word) == sizeof word;
    ports[port].masked |= taken;
    ports[port].pending = !taken;
}

static int take_events(void) {
    int any = 0;
    pthread_mutex_lock(&port_lock);
    for (unsigned w = 0; w < PORTS / 64; w++) {
        if (!atomic_load(&pending(slot)[w])) continue;
        any = 1;
        for (uint64_t bits = atomic_exchange(&pending(slot)[w], 0); bits; bits &= bits - 1) {
            deliver(w * 64 + __builtin_ctzll(bits));
        }
    }
    pthread_mutex_unlock(&port_lock);
    return any;
}

/* The thread. Its sleep is bounded, and it looks after its host then: a process without one is to end. */
static void *dispatch(void *nothing) {
    struct timespec bound = {0, 100000000};
    char byte;
    for (;;) {
        uint32_t seen = atomic_load(wake_word(slot));
        if (take_events()) continue;
        atomic_store(sleeper_word(slot), 1);
        atomic_thread_fence(memory_order_seq_cst);
        int any = 0;
        for (unsigned w = 0; w < PORTS / 64; w++) any |= atomic_load(&pending(slot)[w]) != 0;
        long slept = any ? 0 : syscall(SYS_futex, wake_word(slot), FUTEX_WAIT, seen, &bound, NULL, 0);
        int timed_out = slept && errno == ETIMEDOUT;
        atomic_store(sleeper_word(slot), 0);
        if (timed_out && recv(control, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
            fprintf(stderr, "conduit: domain %d has ended, and this process with it\n", self);
            kill(getpid(), SIGTERM);
            return nothing;
        }
    }
}

/* ---- Control connection; control_lock is held ---- */

static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int space = sizeof request - request_bytes;
    int n = vsnprintf(request + request_bytes, space, format, arguments);
    request_bytes += n < space ? n : space;
    va_end(arguments);
}

static int number_of(const char *name) {
    static const struct { const char *name; int number; } known[] = {{"EACCES", EACCES}, {"EBUSY", EBUSY},
            {"EINVAL", EINVAL}, {"ENOMEM", ENOMEM}, {"ENOSPC", ENOSPC}, {"EPERM", EPERM}, {"ESRCH", ESRCH}};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
        if (!strcmp(name, known[i].name)) return known[i].number;
    }
    return EIO;
}

/* Requests and replies no longer match, or the host is gone. */
static const char *lose(const char *why) {
    fprintf(stderr, "conduit: the local host: %s\n", why);
    state = LOST;
    shutdown(control, SHUT_RDWR);
    errno = EIO;
    return NULL;
}

/* Sends what was said and waits for the answer: what stands after OK, or NULL with errno set. */
static const char *ask(void) {
    size_t used = 0;
    char name[16] = "";
    int length = request_bytes, after = 0;
    request_bytes = 0;
    if (length >= (int) sizeof request - 1) return fail(E2BIG), NULL;
    if (state == LOST) return fail(EIO), NULL;
    request[length] = '\n';
    if (send(control, request, length + 1, MSG_NOSIGNAL) != length + 1) return lose("a request could not be sent");
    while (!used || reply[used - 1] != '\n') {
        ssize_t n = recv(control, reply + used, sizeof reply - 1 - used, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lose(n ? "no answer in time" : "it has closed the connection");
        used += n;
    }
    reply[used - 1] = 0;
    if (!strncmp(reply, "OK", 2)) return reply + 2;
    if (sscanf(reply, "ERR %15s %n", name, &after) != 1 || !after) return lose("a malformed answer");
    fprintf(stderr, "conduit: %.*s: %s (%s)\n", (int) strcspn(request, "\n"), request, reply + after, name);
    errno = number_of(name);
    return NULL;
}

/* The same for a request whose answer is a positive number; -1 when it is refused. */
static int ask_number(void) {
    const char *words = ask();
    int number;
    if (!words) return -1;
    if (sscanf(words, "%d", &number) == 1 && number > 0) return number;
    lose("an answer without a number");
    return -1;
}

static void lock_all(void) {
    pthread_mutex_lock(&control_lock);
    pthread_mutex_lock(&port_lock);
}

static void unlock_all(void) {
    pthread_mutex_unlock(&port_lock);
    pthread_mutex_unlock(&control_lock);
}

/* A child has no thread, and another process id: it lets go of the connection, which stands for the parent. */
static void forget_parent(void) {
    if (state != FRESH) {
        close(control);
        munmap(events, SLOT0 + SLOTS * SLOT_BYTES);
        memset(ports, 0, sizeof ports);
        for (struct region *r = regions, *next; r; r = next) {
            next = r->next;
            if (r->fd != NONE) close(r->fd);
            free(r);
        }
        regions = NULL;
        state = FRESH;
    }
    unlock_all();
}

static int start_thread(void) {
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the program's own threads */
    int error = pthread_create(&thread, NULL, dispatch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) return fail(error);
    pthread_detach(thread);
    return 0;
}

/* Maps the event memory the host named and checks that it is one. */
static int map_events(int host_pid, int host_fd) {
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", host_pid, host_fd);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return -1;
    events = MAP_FAILED;
    if (fstat(fd, &st) || st.st_size != SLOT0 + SLOTS * SLOT_BYTES || (fcntl(fd, F_GET_SEALS) & SEALS) != SEALS) {
        errno = EPROTO;
    } else {
        events = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    close(fd);
    if (events == MAP_FAILED) return -1;
    if (((uint64_t *) events)[0] == MAGIC && ((uint64_t *) events)[1] == VERSION_AND_SLOTS) return 0;
    munmap(events, SLOT0 + SLOTS * SLOT_BYTES);
    return fail(EPROTO);
}

static int join_domain(const char *folder, const char *domain) {
    static int fork_is_watched;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct timeval patience = {REPLY_SECONDS, 0};
    int host_pid, host_fd, error;
    if (snprintf(to.sun_path, sizeof to.sun_path, "%s/host.sock", folder) >= (int) sizeof to.sun_path) {
        return fail(ENAMETOOLONG);
    }
    control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control < 0) return -1;
    setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(control, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(control, (struct sockaddr *) &to, sizeof to)) goto failed;
    if (!fork_is_watched && pthread_atfork(lock_all, unlock_all, forget_parent)) goto failed;
    fork_is_watched = 1;
    say("ATTACH %s %d", domain, getpid());
    const char *words = ask();
    if (!words) goto failed;
    errno = EPROTO;
    if (sscanf(words, "%d %d %d %d", &self, &slot, &host_pid, &host_fd) != 4 || slot < 0 || slot >= SLOTS) goto failed;
    if (map_events(host_pid, host_fd)) goto failed;
    if (!start_thread()) {
        state = JOINED;
        return 0;
    }
    munmap(events, SLOT0 + SLOTS * SLOT_BYTES);
failed:
    error = errno;
    close(control);
    state = FRESH;
    return fail(error);
}

/* Makes this process one of its domain, once. 0, or -1 with errno set. */
static int join(void) {
    const char *folder = getenv("CONDUIT_DIR"), *domain = getenv("CONDUIT_DOMID");
    int result = 0;
    pthread_mutex_lock(&control_lock);
    if (state == LOST) {
        result = fail(EIO);
    } else if (state == FRESH && (!folder || !domain)) {
        fprintf(stderr, "conduit: CONDUIT_DIR and CONDUIT_DOMID are not set: start this program with 'conduit run'\n");
        result = fail(ENODEV);
    } else if (state == FRESH && (result = join_domain(folder, domain))) {
        fprintf(stderr, "conduit: cannot join domain %s of the local host in %s: %s\n", domain, folder, strerror(errno));
    }
    pthread_mutex_unlock(&control_lock);
    return result;
}

static grants *open_grants(void) {
    return join() ? NULL : malloc(sizeof(grants));
}

/* ---- Regions; control_lock is held ---- */

/* Registers pages and what is to happen when they are unmapped. 0, or -1 when the host refuses the notification. */
static int add_region(struct region given) {
    struct region *region = malloc(sizeof *region);
    if (!region) return -1;
    if (given.offset != NONE) {
        say("NOTIFY %s %d %d %u", given.fd == NONE ? "MAP" : "SHARE", given.number, given.offset, given.port);
        if (!ask()) {
            free(region);
            return -1;
        }
    }
    *region = given;
    region->next = regions;
    regions = region;
    return 0;
}

static void tell_end(int number, int fd) {
    int error = errno;
    say("%s %d", fd == NONE ? "UNMAP" : "UNSHARE", number);
    ask();
    if (fd != NONE) close(fd);
    errno = error;
}

static int close_grants(grants *handle) {
    pthread_mutex_lock(&control_lock);
    for (struct region **at = &regions, *r; handle && (r = *at);) {
        if (r->handle == handle && r->offset == NONE) {
            *at = r->next;
            tell_end(r->number, r->fd);
            free(r);
            continue;
        }
        /* Its notification comes when it is unmapped; the kernel does that at the latest when the process ends. */
        if (r->handle == handle) r->handle = NULL;
        at = &r->next;
    }
    pthread_mutex_unlock(&control_lock);
    free(handle);
    return 0;
}

static int unmap(grants *handle, void *start, uint32_t pages) {
    pthread_mutex_lock(&control_lock);
    struct region **at = &regions, *r;
    while ((r = *at) && !(r->handle == handle && r->at == start && r->pages == (int) pages)) at = &r->next;
    if (r) {
        *at = r->next;
        if (r->offset != NONE) {
            atomic_store((_Atomic uint8_t *) r->at + r->offset, 0);
            atomic_thread_fence(memory_order_seq_cst);
            send_event(r->port);
        }
        munmap(r->at, (size_t) r->pages * PAGE);
        tell_end(r->number, r->fd);
        free(r);
    }
    pthread_mutex_unlock(&control_lock);
    return r ? 0 : fail(EINVAL);
}

/* Both halves of an unmap notification or none: what the local platform can do. */
static int notification(uint32_t offset, uint32_t port, uint32_t bytes) {
    if ((offset == UINT32_MAX) != (port == UINT32_MAX)) return fail(ENOTSUP);
    return offset == UINT32_MAX || offset < bytes ? 0 : fail(EINVAL);
}

static void *share(grants *handle, uint32_t domain, int pages, uint32_t *refs, int writable, uint32_t offset,
        uint32_t port) {
    if (pages < 1 || pages > MAX_PAGES) return fail(EINVAL), NULL;
    size_t bytes = (size_t) pages * PAGE;
    if (notification(offset, port, bytes)) return NULL;
    int fd = memfd_create("conduit-grant", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return NULL;
    void *at = MAP_FAILED;
    int error = posix_fallocate(fd, 0, bytes);
    if (error) errno = error;
    else if (!fcntl(fd, F_ADD_SEALS, SEALS)) at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) {
        close(fd);
        return NULL;
    }
    pthread_mutex_lock(&control_lock);
    say("SHARE %u %s %d %d", domain, writable ? "rw" : "ro", fd, pages);
    int first = ask_number();
    if (first < 0) {
        close(fd);
    } else if (add_region((struct region) {NULL, handle, at, pages, first, fd, offset, port})) {
        tell_end(first, fd);
        first = -1;
    }
    pthread_mutex_unlock(&control_lock);
    if (first < 0) {
        munmap(at, bytes);
        return NULL;
    }
    for (int i = 0; i < pages; i++) refs[i] = first + i;
    return at;
}

/* Maps one run of a reply to MAP at its place; gives how many pages, or -1. */
static int map_run(uint8_t *at, int room, const char *run, int prot, int *used) {
    char path[64];
    unsigned long long device, inode;
    struct stat st;
    int pid, fd, page, count, result = -1;
    if (sscanf(run, " %d:%d:%d+%d:%llu:%llu%n", &pid, &fd, &page, &count, &device, &inode, used) != 6 || page < 0
            || page >= MAX_PAGES || count < 1 || count > room) {
        return fail(EPROTO);
    }
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
    int file = open(path, (prot & PROT_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (file < 0) return -1;
    if (fstat(file, &st) || st.st_dev != device || st.st_ino != inode || st.st_size < (off_t) (page + count) * PAGE
            || (fcntl(file, F_GET_SEALS) & SEALS) != SEALS) {
        errno = ESTALE; /* the owner has ended, and its process id or descriptor is somebody else's */
    } else if (mmap(at, (size_t) count * PAGE, prot, MAP_SHARED | MAP_FIXED, file, (off_t) page * PAGE) != MAP_FAILED) {
        result = count;
    }
    close(file);
    return result;
}

static int map_runs(uint8_t *at, int pages, const char *runs, int prot) {
    int done = 0, used = 0;
    while (done < pages) {
        int n = map_run(at + (size_t) done * PAGE, pages - done, runs, prot, &used);
        if (n < 0) return -1;
        done += n;
        runs += used;
    }
    return 0;
}

static void *map(grants *handle, uint32_t pages, uint32_t domain, const uint32_t *refs, int prot, uint32_t offset,
        uint32_t port) {
    int number, used, done = 0;
    if (pages < 1 || pages > MAX_PAGES) return fail(EINVAL), NULL;
    if (notification(offset, port, pages * PAGE)) return NULL;
    size_t bytes = (size_t) pages * PAGE;
    uint8_t *at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return NULL;
    pthread_mutex_lock(&control_lock);
    say("MAP %u %s", domain, prot & PROT_WRITE ? "rw" : "ro");
    for (uint32_t i = 0; i < pages; i++) say(" %u", refs[i]);
    const char *words = ask();
    if (words && sscanf(words, "%d%n", &number, &used) != 1) {
        lose("an answer without a number");
    } else if (words) {
        done = !map_runs(at, pages, words + used, prot)
                && !add_region((struct region) {NULL, handle, at, pages, number, NONE, offset, port});
        if (!done) tell_end(number, NONE);
    }
    pthread_mutex_unlock(&control_lock);
    if (done) return at;
    int error = errno;
    munmap(at, bytes);
    errno = error;
    return NULL;
}

/* ---- xengnttab.h: pages of others ---- */

grants *xengnttab_open(void *logger, unsigned flags) { return open_grants(); }
int xengnttab_close(grants *handle) { return close_grants(handle); }
int xengnttab_fd(grants *handle) { return fail(ENOTSUP); }
int xengnttab_set_max_grants(grants *handle, uint32_t count) { return 0; }
int xengnttab_unmap(grants *handle, void *start, uint32_t pages) { return unmap(handle, start, pages); }

void *xengnttab_map_grant_ref(grants *handle, uint32_t domain, uint32_t ref, int prot) {
    return map(handle, 1, domain, &ref, prot, UINT32_MAX, UINT32_MAX);
}

void *xengnttab_map_domain_grant_refs(grants *handle, uint32_t count, uint32_t domain, uint32_t *refs, int prot) {
    return map(handle, count, domain, refs, prot, UINT32_MAX, UINT32_MAX);
}

void *xengnttab_map_grant_refs(grants *handle, uint32_t count, uint32_t *domains, uint32_t *refs, int prot) {
    for (uint32_t i = 1; i < count; i++) {
        if (domains[i] != domains[0]) return fail(ENOTSUP), NULL;
    }
    return map(handle, count, count ? domains[0] : 0, refs, prot, UINT32_MAX, UINT32_MAX);
}

void *xengnttab_map_grant_ref_notify(grants *handle, uint32_t domain, uint32_t ref, int prot, uint32_t offset,
        uint32_t port) {
    return map(handle, 1, domain, &ref, prot, offset, port);
}

int xengnttab_grant_copy(grants *handle, uint32_t count, void *segments) { return fail(ENOTSUP); }
int xengnttab_dmabuf_exp_from_refs(grants *handle, uint32_t domain, uint32_t flags, uint32_t count,
        const uint32_t *refs, uint32_t *fd) { return fail(ENOTSUP); }
int xengnttab_dmabuf_exp_wait_released(grants *handle, uint32_t fd, uint32_t milliseconds) { return fail(ENOTSUP); }
int xengnttab_dmabuf_imp_to_refs(grants *handle, uint32_t domain, uint32_t fd, uint32_t count, uint32_t *refs) {
    return fail(ENOTSUP);
}
int xengnttab_dmabuf_imp_release(grants *handle, uint32_t fd) { return fail(ENOTSUP); }

/* ---- xengnttab.h: pages for others ---- */

grants *xengntshr_open(void *logger, unsigned flags) { return open_grants(); }
int xengntshr_close(grants *handle) { return close_grants(handle); }
int xengntshr_fd(grants *handle) { return fail(ENOTSUP); }
int xengntshr_unshare(grants *handle, void *start, uint32_t pages) { return unmap(handle, start, pages); }

void *xengntshr_share_pages(grants *handle, uint32_t domain, int count, uint32_t *refs, int writable) {
    return share(handle, domain, count, refs, writable, UINT32_MAX, UINT32_MAX);
}

void *xengntshr_share_page_notify(grants *handle, uint32_t domain, uint32_t *ref, int writable, uint32_t offset,
        uint32_t port) {
    return share(handle, domain, 1, ref, writable, offset, port);
}

/* ---- xenevtchn.h ---- */

evtchn *xenevtchn_open(void *logger, unsigned flags) {
    int ends[2];
    if (flags) return fail(ENOTSUP), NULL; /* only XENEVTCHN_NO_CLOEXEC: to go on after exec(2) */
    evtchn *handle = join() ? NULL : malloc(sizeof *handle);
    if (handle && pipe2(ends, O_CLOEXEC)) {
        free(handle);
        return NULL;
    }
    if (handle) {
        /* A pipe has room for each port once; should the program make it full, the thread must not block. */
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
        *handle = (evtchn) {ends[0], ends[1]};
    }
    return handle;
}

evtchn *xenevtchn_fdopen(void *logger, int fd, unsigned flags) { return fail(ENOTSUP), NULL; }
int xenevtchn_fd(evtchn *handle) { return handle->read_end; }
int xenevtchn_restrict(evtchn *handle, uint16_t domain) { return fail(ENOTSUP); }
int xenevtchn_bind_virq(evtchn *handle, unsigned virq) { return fail(ENOTSUP); }

static int owns(evtchn *handle, unsigned port) {
    return port < PORTS && ports[port].owner == handle;
}

/* Gives a new port to its handle, with the event that may have come already. */
static int adopt(evtchn *handle, int port) {
    if (port < 0 || port >= PORTS) return port < 0 ? -1 : fail(EPROTO);
    pthread_mutex_lock(&port_lock);
    ports[port].owner = handle;
    ports[port].masked = 0;
    if (ports[port].pending) deliver(port);
    pthread_mutex_unlock(&port_lock);
    return port;
}

int xenevtchn_bind_unbound_port(evtchn *handle, uint32_t domain) {
    pthread_mutex_lock(&control_lock);
    say("UNBOUND %u", domain);
    int port = adopt(handle, ask_number());
    pthread_mutex_unlock(&control_lock);
    return port;
}

int xenevtchn_bind_interdomain(evtchn *handle, uint32_t domain, uint32_t remote_port) {
    pthread_mutex_lock(&control_lock);
    say("BIND %u %u", domain, remote_port);
    int port = adopt(handle, ask_number());
    pthread_mutex_unlock(&control_lock);
    return port;
}

int xenevtchn_unbind(evtchn *handle, uint32_t port) {
    pthread_mutex_lock(&port_lock);
    int own = owns(handle, port);
    if (own) memset(&ports[port], 0, sizeof ports[port]);
    pthread_mutex_unlock(&port_lock);
    if (!own) return fail(EINVAL);
    pthread_mutex_lock(&control_lock);
    say("CLOSE %u", port);
    const char *done = ask();
    pthread_mutex_unlock(&control_lock);
    return done ? 0 : -1;
}

int xenevtchn_close(evtchn *handle) {
    if (!handle) return 0;
    for (unsigned port = 1; port < PORTS; port++) {
        if (owns(handle, port)) xenevtchn_unbind(handle, port);
    }
    close(handle->read_end);
    close(handle->write_end);
    free(handle);
    return 0;
}

int xenevtchn_notify(evtchn *handle, uint32_t port) {
    if (!owns(handle, port)) return fail(ENOTCONN);
    send_event(port);
    return 0;
}

int xenevtchn_pending(evtchn *handle) {
    uint32_t port;
    return read(handle->read_end, &port, sizeof port) == sizeof port ? (int) port : -1;
}

int xenevtchn_unmask(evtchn *handle, uint32_t port) {
    pthread_mutex_lock(&port_lock);
    if (owns(handle, port)) {
        ports[port].masked = 0;
        if (ports[port].pending) deliver(port);
    }
    pthread_mutex_unlock(&port_lock);
    return 0;
}

/* ---- xenctrl.h: whether a domain is alive ---- */

void *xc_interface_open(void *logger, void *dombuild_logger, unsigned flags) { return open_grants(); }
int xc_interface_close(void *handle) { return free(handle), 0; }

/* 0, or -1 with ESRCH or why the host could not be asked. */
static int alive(uint32_t domain) {
    pthread_mutex_lock(&control_lock);
    say("ALIVE %u", domain);
    const char *words = ask();
    int result = !words ? -1 : strtol(words, NULL, 10) == 1 ? 0 : fail(ESRCH);
    pthread_mutex_unlock(&control_lock);
    return result;
}

/* Up to Xen 4.17; only ever the domain asked for, never the next. Of xc_dominfo_t domid, ssidref and the flags are filled in:
 * none is set, so it is not dying. */
int xc_domain_getinfo(void *handle, uint32_t domain, unsigned most, uint32_t *info) {
    if (!most || alive(domain)) return most ? -1 : 0;
    memset(info, 0, 3 * sizeof *info);
    *info = domain;
    return 1;
}

/* From Xen 4.18 on, with xc_domaininfo_t: a domain of 16 bits, as many unused, and flags. */
int xc_domain_getinfo_single(void *handle, uint32_t domain, uint32_t *info) {
    if (alive(domain)) return -1;
    if (info) {
        memset(info, 0, 2 * sizeof *info);
        memcpy(info, &(uint16_t) {domain}, sizeof(uint16_t));
    }
    return 0;
}
