/*
 * Lets Debian's XenStore daemons run without Xen: loaded with LD_PRELOAD, it answers for libxenctrl, libxenevtchn and libxengnttab.
 * The machine it plays is the directory XSHIM_DIR:
 *
 *   dom-<domid>     the domain exists; the file holds "shutdown" or "dying" when it is. Domain 0 needs no file.
 *   ring-<domid>    4096 bytes, the page the daemon shares with the domain. Domain 0's is made by testbed/peers/xenstored.
 *   evtchn          FIFO of little-endian u32: 1000 + domid is an event of that domain, 1 is "look which domains died" (VIRQ_DOM_EXC).
 *   notify-<domid>  FIFO, optional: the daemon's events to the domain, little-endian u32 domid each. Make it before the domain is
 *                   introduced. When it is full, events are dropped: the guest has not yet read the ones before.
 *
 * A guest: make dom-N and ring-N, send INTRODUCE "N|1|7|" on the socket, map ring-N.
 * Paths below /var/run/xenstored and /var/lib/xenstored, which oxenstored has built in, lead to XSHIM_DIR too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenevtchn.h>
#include <xengnttab.h>

enum { PAGE = 4096, VIRQ_PORT = 1, FIRST_PORT = 1000, DOMAINS = 0x8000 };

static const char *in_directory(const char *name, char *path)
{
	const char *directory = getenv("XSHIM_DIR");

	if (!directory || snprintf(path, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX) {
		fprintf(stderr, "xenstored_shim: XSHIM_DIR is not set or too long\n");
		abort();
	}
	return path;
}

static const char *of_domain(const char *kind, unsigned int domid, char *path)
{
	char name[32];

	snprintf(name, sizeof(name), "%s-%u", kind, domid);
	return in_directory(name, path);
}

/* ---- Paths the daemons have built in ---- */

static const char *redirected(const char *path, char *buffer)
{
	static const char *const built_in[][2] = {
		{ "/proc/xen/xsd_kva", "ring-0" },
		{ "/proc/xen/xsd_port", "xsd_port" },
	};
	static const char *const trees[] = { "/var/run/xenstored", "/run/xenstored", "/var/lib/xenstored" };

	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (!strcmp(path, built_in[i][0]))
			return in_directory(built_in[i][1], buffer);
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		size_t length = strlen(trees[i]);

		if (!strncmp(path, trees[i], length) && (path[length] == '/' || !path[length]))
			return in_directory(path[length] ? path + length + 1 : ".", buffer);
	}
	return path;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                                          \
	int name(const char *path, int flags, ...)                                          \
	{                                                                                   \
		char buffer[PATH_MAX];                                                      \
		mode_t mode = 0;                                                            \
		if (flags & (O_CREAT | O_TMPFILE)) {                                        \
			va_list arguments;                                                  \
			va_start(arguments, flags);                                         \
			mode = va_arg(arguments, mode_t);                                   \
			va_end(arguments);                                                  \
		}                                                                           \
		return NEXT(name)(redirected(path, buffer), flags, mode);                   \
	}
OPEN(open)
OPEN(open64)

int mkdir(const char *path, mode_t mode)
{
	char buffer[PATH_MAX];

	return NEXT(mkdir)(redirected(path, buffer), mode);
}

int unlink(const char *path)
{
	char buffer[PATH_MAX];

	return NEXT(unlink)(redirected(path, buffer));
}

int chmod(const char *path, mode_t mode)
{
	char buffer[PATH_MAX];

	return NEXT(chmod)(redirected(path, buffer), mode);
}

int bind(int socket, const struct sockaddr *address, socklen_t length)
{
	char buffer[PATH_MAX];
	struct sockaddr_un moved = { .sun_family = AF_UNIX };

	if (address->sa_family == AF_UNIX) {
		const char *path = ((const struct sockaddr_un *)address)->sun_path;
		const char *to = redirected(path, buffer);

		if (to != path) {
			if (strlen(to) >= sizeof(moved.sun_path)) {
				errno = ENAMETOOLONG;
				return -1;
			}
			strcpy(moved.sun_path, to);
			address = (const struct sockaddr *)&moved;
			length = sizeof(moved);
		}
	}
	return NEXT(bind)(socket, address, length);
}

/* oxenstored raises the number of open files to the system's maximum, which takes privileges. */
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	(void)resource;
	(void)limit;
	return 0;
}

/* ---- libxenctrl: domains ---- */

static int handle; /* what every "open" returns the address of */

xc_interface *xc_interface_open(xentoollog_logger *logger, xentoollog_logger *dom_builder, unsigned int flags)
{
	(void)logger;
	(void)dom_builder;
	(void)flags;
	return (xc_interface *)&handle;
}

int xc_interface_close(xc_interface *xch)
{
	(void)xch;
	return 0;
}

/* -1 for no such domain, else flags of XEN_DOMINF_*. */
static int domain_flags(unsigned int domid)
{
	char path[PATH_MAX], text[16] = "";
	int file;

	if (domid == 0)
		return XEN_DOMINF_running;
	file = open(of_domain("dom", domid, path), O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -1;
	if (read(file, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(file);
	if (!strncmp(text, "dying", 5))
		return XEN_DOMINF_dying;
	return !strncmp(text, "shutdown", 8) ? XEN_DOMINF_shutdown : XEN_DOMINF_running;
}

int xc_domain_getinfo(xc_interface *xch, uint32_t first, unsigned int max, xc_dominfo_t *info)
{
	unsigned int count = 0;

	(void)xch;
	for (uint32_t domid = first; domid < (max == 1 ? first + 1 : DOMAINS) && count < max; domid++) {
		int flags = domain_flags(domid);

		if (flags < 0)
			continue;
		memset(&info[count], 0, sizeof(info[count]));
		info[count].domid = domid;
		info[count].dying = flags == XEN_DOMINF_dying;
		info[count].shutdown = flags == XEN_DOMINF_shutdown;
		info[count].running = flags == XEN_DOMINF_running;
		count++;
	}
	return count;
}

int xc_domain_getinfolist(xc_interface *xch, uint32_t first, unsigned int max, xc_domaininfo_t *info)
{
	unsigned int count = 0;

	(void)xch;
	info[0].domain = DOMID_INVALID; /* callers that ask for one domain look here, not at the count */
	for (uint32_t domid = first; domid < (max == 1 ? first + 1 : DOMAINS) && count < max; domid++) {
		int flags = domain_flags(domid);

		if (flags < 0)
			continue;
		memset(&info[count], 0, sizeof(info[count]));
		info[count].domain = domid;
		info[count].flags = flags;
		count++;
	}
	return count;
}

/* ---- Shared pages ---- */

static void *map_ring(unsigned int domid, int protection)
{
	char path[PATH_MAX];
	int file = open(of_domain("ring", domid, path), O_RDWR | O_CLOEXEC);
	struct stat status;
	void *page;

	if (file < 0)
		return NULL;
	/* A page past the end of the file would end the daemon with SIGBUS. */
	if (fstat(file, &status) < 0 || status.st_size < PAGE) {
		close(file);
		errno = EINVAL;
		return NULL;
	}
	page = mmap(NULL, PAGE, protection, MAP_SHARED, file, 0);
	close(file);
	return page == MAP_FAILED ? NULL : page;
}

void *xc_map_foreign_range(xc_interface *xch, uint32_t domid, int size, int protection, unsigned long mfn)
{
	(void)xch;
	(void)size;
	(void)mfn;
	return map_ring(domid, protection);
}

xengnttab_handle *xengnttab_open(struct xentoollog_logger *logger, unsigned int flags)
{
	(void)logger;
	(void)flags;
	return (xengnttab_handle *)&handle;
}

int xengnttab_close(xengnttab_handle *xgt)
{
	(void)xgt;
	return 0;
}

int xengnttab_set_max_grants(xengnttab_handle *xgt, uint32_t count)
{
	(void)xgt;
	(void)count;
	return 0;
}

void *xengnttab_map_grant_ref(xengnttab_handle *xgt, uint32_t domid, uint32_t reference, int protection)
{
	(void)xgt;
	(void)reference;
	return map_ring(domid, protection);
}

int xengnttab_unmap(xengnttab_handle *xgt, void *start, uint32_t count)
{
	(void)xgt;
	return munmap(start, (size_t)count * PAGE);
}

/* ---- libxenevtchn: local ports are 1000 + domid ---- */

static int events = -1;
static int notify[DOMAINS]; /* 0 or the open FIFO to a domain */

static xenevtchn_handle *with_events(int file)
{
	events = file;
	return file < 0 ? NULL : (xenevtchn_handle *)&handle;
}

/* Stays open over the exec of a live update, as the real device does; "read and write", so that it never ends for want of a writer. */
xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
	char path[PATH_MAX];

	(void)logger;
	(void)flags;
	return with_events(open(in_directory("evtchn", path), O_RDWR | O_NONBLOCK));
}

xenevtchn_handle *xenevtchn_fdopen(struct xentoollog_logger *logger, int file, unsigned int flags)
{
	(void)logger;
	(void)flags;
	return with_events(file);
}

int xenevtchn_close(xenevtchn_handle *xce)
{
	(void)xce;
	return close(events);
}

int xenevtchn_fd(xenevtchn_handle *xce)
{
	(void)xce;
	return events;
}

xenevtchn_port_or_error_t xenevtchn_bind_virq(xenevtchn_handle *xce, unsigned int virq)
{
	(void)xce;
	(void)virq;
	return VIRQ_PORT;
}

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *xce, uint32_t domid, evtchn_port_t remote)
{
	(void)xce;
	(void)remote;
	return FIRST_PORT + domid;
}

int xenevtchn_unbind(xenevtchn_handle *xce, evtchn_port_t port)
{
	uint32_t domid = port - FIRST_PORT;

	(void)xce;
	if (domid < DOMAINS && notify[domid] > 0) {
		close(notify[domid]);
		notify[domid] = 0;
	}
	return 0;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *xce)
{
	uint32_t port;

	(void)xce;
	return read(events, &port, sizeof(port)) == sizeof(port) ? (xenevtchn_port_or_error_t)port : -1;
}

int xenevtchn_unmask(xenevtchn_handle *xce, evtchn_port_t port)
{
	(void)xce;
	(void)port;
	return 0;
}

int xenevtchn_notify(xenevtchn_handle *xce, evtchn_port_t port)
{
	uint32_t domid = port - FIRST_PORT;
	char path[PATH_MAX];

	(void)xce;
	if (domid >= DOMAINS)
		return 0;
	if (notify[domid] <= 0)
		notify[domid] = open(of_domain("notify", domid, path), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (notify[domid] > 0 && write(notify[domid], &domid, sizeof(domid)) < 0) {
		/* Full: the guest has events it has not looked at. */
	}
	return 0;
}
