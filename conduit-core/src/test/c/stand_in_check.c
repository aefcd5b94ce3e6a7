/* What programs rely on in libxengnttab, libxenevtchn and libxenctrl, checked with their own headers. Argument: this
 * process's domain, which is its own peer. Prints "checked" and then waits for the end of its standard input.
 * With a second argument it opens an event channel handle, prints "open" and blocks for an event that never comes. */
#define _GNU_SOURCE
#define XC_WANT_COMPAT_MAP_FOREIGN_API 0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xenctrl.h>
#include <xenevtchn.h>
#include <xengnttab.h>

#define CHECK(what) do { if (!(what)) fail(__LINE__, #what); } while (0)
#define REFUSED(call, error) do { errno = 0; CHECK(call); CHECK(errno == (error)); } while (0)

enum { PAGE = 4096, SOON = 10000, NOT_NOW = 30 };

static uint32_t self;
static xenevtchn_handle *one, *other;
static int port, bound;

static void fail(int line, const char *what) {
    fprintf(stderr, "stand_in_check: line %d: %s (%s)\n", line, what, strerror(errno));
    exit(1);
}

static int readable(xenevtchn_handle *handle, int millis) {
    struct pollfd fd = {xenevtchn_fd(handle), POLLIN, 0};
    return poll(&fd, 1, millis);
}

/* Takes one event, which must be of that port, and lets the next come. */
static void take(xenevtchn_handle *handle, int expected) {
    CHECK(readable(handle, SOON) == 1);
    CHECK(xenevtchn_pending(handle) == expected);
    CHECK(!xenevtchn_unmask(handle, expected));
}

static int descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

static void check_events(void) {
    CHECK(one = xenevtchn_open(NULL, 0));
    CHECK(other = xenevtchn_open(NULL, 0));
    CHECK((port = xenevtchn_bind_unbound_port(one, self)) > 0);
    CHECK(!xenevtchn_notify(one, port)); /* nobody is bound: dropped */
    CHECK((bound = xenevtchn_bind_interdomain(other, self, port)) > 0);
    take(other, bound); /* a bound port starts pending */

    for (int i = 0; i < 3; i++) CHECK(!xenevtchn_notify(other, bound));
    CHECK(readable(one, SOON) == 1);
    CHECK(xenevtchn_pending(one) == port);
    CHECK(!readable(one, NOT_NOW)); /* three were one */
    CHECK(!xenevtchn_notify(other, bound));
    CHECK(!readable(one, NOT_NOW)); /* masked */
    CHECK(!xenevtchn_unmask(one, port));
    take(one, port);
    CHECK(!readable(one, NOT_NOW) && !readable(other, 0));

    CHECK(!fcntl(xenevtchn_fd(one), F_SETFL, O_NONBLOCK));
    REFUSED(xenevtchn_pending(one) == -1, EAGAIN);
    REFUSED(xenevtchn_notify(one, bound) == -1, ENOTCONN);
    REFUSED(xenevtchn_unbind(one, bound) == -1, EINVAL);
    REFUSED(xenevtchn_bind_interdomain(one, self, port) == -1, EINVAL); /* it has a peer */
    REFUSED(xenevtchn_bind_interdomain(one, 32000, 1) == -1, ESRCH);

    CHECK(!xenevtchn_unbind(other, bound));
    CHECK(!xenevtchn_notify(one, port));
    CHECK((bound = xenevtchn_bind_interdomain(other, self, port)) > 0);
    take(other, bound);
}

static void check_many_ports(void) {
    int mine[200], theirs[200];
    xenevtchn_handle *many = xenevtchn_open(NULL, 0);
    for (int i = 0; i < 200; i++) {
        CHECK((mine[i] = xenevtchn_bind_unbound_port(many, self)) > 0);
        CHECK((theirs[i] = xenevtchn_bind_interdomain(other, self, mine[i])) > 0);
        take(other, theirs[i]);
    }
    for (int i = 0; i < 200; i++) CHECK(!xenevtchn_notify(other, theirs[i]));
    for (int i = 0; i < 200; i++) {
        int got = xenevtchn_pending(many), at = 0;
        while (at < 200 && mine[at] != got) at++;
        CHECK(at < 200);
        mine[at] = 0;
    }
    CHECK(!xenevtchn_close(many));
    for (int i = 0; i < 200; i++) CHECK(!xenevtchn_unbind(other, theirs[i]));
}

static void check_grants(void) {
    uint32_t refs[3], backwards[3], domains[3] = {self, self, self}, first;
    xengntshr_handle *own = xengntshr_open(NULL, 0);
    xengnttab_handle *foreign = xengnttab_open(NULL, 0);
    CHECK(own && foreign);
    uint8_t *shared = xengntshr_share_pages(own, self, 3, refs, 1);
    CHECK(shared && refs[0] && refs[0] != refs[1] && refs[1] != refs[2]);
    for (int i = 0; i < 3; i++) {
        backwards[i] = refs[2 - i];
        memset(shared + i * PAGE, 'a' + i, PAGE);
    }
    uint8_t *mapped = xengnttab_map_domain_grant_refs(foreign, 3, self, backwards, PROT_READ | PROT_WRITE);
    CHECK(mapped && mapped[0] == 'c' && mapped[PAGE] == 'b' && mapped[3 * PAGE - 1] == 'a');
    mapped[0] = 'x';
    CHECK(shared[2 * PAGE] == 'x');
    REFUSED(xengnttab_unmap(foreign, mapped, 2) == -1, EINVAL);
    CHECK(!xengnttab_unmap(foreign, mapped, 3));
    CHECK(mapped = xengnttab_map_grant_refs(foreign, 3, domains, refs, PROT_READ));
    CHECK(mapped[PAGE] == 'b');
    munmap(mapped, 3 * PAGE); /* as libxenvchan does */

    CHECK(xengntshr_share_pages(own, self, 1, &first, 0));
    REFUSED(!xengnttab_map_grant_ref(foreign, self, first, PROT_READ | PROT_WRITE), EACCES);
    CHECK(mapped = xengnttab_map_grant_ref(foreign, self, first, PROT_READ));
    CHECK(!xengnttab_unmap(foreign, mapped, 1));

    int before = descriptors();
    REFUSED(!xengnttab_map_grant_ref(foreign, self, 0, PROT_READ), EINVAL);
    REFUSED(!xengnttab_map_grant_ref(foreign, self, 99999, PROT_READ), EINVAL);
    REFUSED(!xengntshr_share_pages(own, 40000, 1, &first, 1), EINVAL);
    REFUSED(!xengntshr_share_pages(own, self, 0, &first, 1), EINVAL);
    REFUSED(!xengntshr_share_pages(own, self, 513, &first, 1), EINVAL);
    REFUSED(!xengntshr_share_page_notify(own, self, &first, 1, 21, 4000), EINVAL); /* no such port */
    REFUSED(!xengntshr_share_page_notify(own, self, &first, 1, PAGE, port), EINVAL);
    REFUSED(!xengntshr_share_page_notify(own, self, &first, 1, -1, port), ENOTSUP);
    REFUSED(xengnttab_grant_copy(foreign, 0, NULL) == -1, ENOTSUP);
    CHECK(descriptors() == before);
    CHECK(!xengnttab_close(foreign));
    CHECK(!xengntshr_close(own));
    munmap(shared, 3 * PAGE);
}

static void check_notifications(void) {
    uint32_t ref;
    xengntshr_handle *own = xengntshr_open(NULL, 0);
    xengnttab_handle *foreign = xengnttab_open(NULL, 0);
    uint8_t *shared = xengntshr_share_page_notify(own, self, &ref, 1, 21, port);
    CHECK(shared);
    uint8_t *mapped = xengnttab_map_grant_ref_notify(foreign, self, ref, PROT_READ | PROT_WRITE, 20, bound);
    CHECK(mapped);
    shared[20] = shared[21] = 1;
    CHECK(!xengnttab_unmap(foreign, mapped, 1));
    take(one, port);
    CHECK(!shared[20] && shared[21]);
    CHECK(mapped = xengnttab_map_grant_ref(foreign, self, ref, PROT_READ));
    CHECK(!xengntshr_unshare(own, shared, 1));
    take(other, bound);
    CHECK(!mapped[21]); /* who mapped it keeps it */
    CHECK(!xengnttab_unmap(foreign, mapped, 1));
    CHECK(!xengnttab_close(foreign));
    CHECK(!xengntshr_close(own));
}

/* A child closes what it inherited, has handles of its own, and takes nothing from its parent. */
static void check_fork(void) {
    int status;
    pid_t child = fork();
    if (!child) {
        uint32_t ref;
        CHECK(!xenevtchn_close(one) && !xenevtchn_close(other));
        CHECK(one = xenevtchn_open(NULL, 0));
        CHECK((bound = xenevtchn_bind_unbound_port(one, self)) > 0);
        CHECK(xengntshr_share_page_notify(xengntshr_open(NULL, 0), self, &ref, 1, 21, bound));
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && !status);
    CHECK(!xenevtchn_notify(other, bound));
    take(one, port);
}

/* Newer than the headers of Xen 4.17. */
__attribute__((weak)) int xc_domain_getinfo_single(xc_interface *xc, uint32_t domain, xc_domaininfo_t *info);

static void check_domains(void) {
    xc_dominfo_t info;
    xc_domaininfo_t newer;
    xc_interface *xc = xc_interface_open(NULL, NULL, 0);
    CHECK(xc && xc_domain_getinfo(xc, self, 1, &info) == 1 && info.domid == self && !info.dying);
    REFUSED(xc_domain_getinfo(xc, 32000, 1, &info) == -1, ESRCH);
    CHECK(xc_domain_getinfo_single && !xc_domain_getinfo_single(xc, self, &newer) && newer.domain == self && !newer.flags);
    CHECK(!xc_domain_getinfo_single(xc, self, NULL));
    REFUSED(xc_domain_getinfo_single(xc, 32000, &newer) == -1, ESRCH);
    CHECK(!xc_interface_close(xc));
}

int main(int argc, char **argv) {
    self = atoi(argv[1]);
    if (argc > 2) {
        if (!(one = xenevtchn_open(NULL, 0))) return 1;
        puts("open");
        fflush(stdout);
        return xenevtchn_pending(one) == -1 ? 3 : 4;
    }
    check_events();
    check_many_ports();
    check_grants();
    check_notifications();
    check_fork();
    check_domains();
    CHECK(!xenevtchn_close(one) && !xenevtchn_close(other));
    puts("checked");
    fflush(stdout);
    while (getchar() != EOF) {}
    return 0;
}
