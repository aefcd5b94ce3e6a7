/* What two processes in C need for a round trip over shared memory, without any protocol: a word each way.
 *
 *   ping_pong spin|futex COUNT
 *
 * Prints "ok", the time taken, and of the round trips p50, p99, p99.9 and the longest, all in nanoseconds. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct words {
    _Alignas(128) atomic_uint there;
    _Alignas(128) atomic_uint back;
};

static int sleeping;

static long nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000l + t.tv_nsec;
}

static void relax(void) {
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("isb");
#endif
}

static void await(atomic_uint *word, unsigned value) {
    unsigned now;
    while ((now = atomic_load_explicit(word, memory_order_acquire)) != value) {
        if (sleeping) syscall(SYS_futex, word, FUTEX_WAIT, now, NULL, NULL, 0);
        else relax();
    }
}

static void tell(atomic_uint *word, unsigned value) {
    atomic_store_explicit(word, value, memory_order_release);
    if (sleeping) syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static int compare(const void *a, const void *b) {
    long x = *(const long *) a, y = *(const long *) b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    long count = argc == 3 ? atol(argv[2]) : 0;
    struct words *words = mmap(NULL, sizeof *words, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    long *trips = calloc(count, sizeof *trips);
    if (count < 1 || words == MAP_FAILED || !trips) {
        fprintf(stderr, "usage: ping_pong spin|futex COUNT\n");
        return 2;
    }
    sleeping = !strcmp(argv[1], "futex");
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (unsigned i = 1; i <= count; i++) {
            await(&words->there, i);
            tell(&words->back, i);
        }
        return 0;
    }
    long start = nanos();
    for (unsigned i = 1; i <= count; i++) {
        long begin = nanos();
        tell(&words->there, i);
        await(&words->back, i);
        trips[i - 1] = nanos() - begin;
    }
    long took = nanos() - start;
    waitpid(child, NULL, 0);
    qsort(trips, count, sizeof *trips, compare);
    printf("ok %ld %ld %ld %ld %ld\n", took, trips[count / 2], trips[count - 1 - count / 100],
            trips[count - 1 - count / 1000], trips[count - 1]);
    return 0;
}
