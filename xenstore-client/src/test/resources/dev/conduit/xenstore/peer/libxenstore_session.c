/* Uses a XenStore server through libxenstore from many threads; prints "done" when everything was as it should be. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xenstore.h>

enum { THREADS = 8, ROUNDS = 25 };

#define CHECK(condition)                                                                        \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "line %d: not so: %s (errno %d)\n", __LINE__, #condition, errno); \
			exit(1);                                                                \
		}                                                                               \
	} while (0)

static struct xs_handle *shared;

static void write_text(struct xs_handle *xs, xs_transaction_t transaction, const char *path, const char *text)
{
	CHECK(xs_write(xs, transaction, path, text, strlen(text)));
}

/* Raises the counter in transactions; the handle is shared with the other threads or the thread's own. */
static void *count(void *argument)
{
	bool own = argument != NULL;
	struct xs_handle *xs = own ? xs_open(0) : shared;

	CHECK(xs != NULL);
	for (int i = 0; i < ROUNDS; i++) {
		bool committed = false;

		while (!committed) {
			xs_transaction_t transaction = xs_transaction_start(xs);
			unsigned int length;
			char *value, next[16];

			CHECK(transaction != XBT_NULL);
			value = xs_read(xs, transaction, "/libxenstore/counter", &length);
			CHECK(value != NULL);
			snprintf(next, sizeof(next), "%d", atoi(value) + 1);
			free(value);
			write_text(xs, transaction, "/libxenstore/counter", next);
			committed = xs_transaction_end(xs, transaction, false);
			CHECK(committed || errno == EAGAIN);
		}
	}
	if (own)
		xs_close(xs);
	return NULL;
}

/* Reads events until one of the path comes. */
static void await_event(struct xs_handle *xs, const char *path)
{
	for (;;) {
		unsigned int count;
		char **event = xs_read_watch(xs, &count);
		bool found;

		CHECK(event != NULL);
		CHECK(!strcmp(event[XS_WATCH_TOKEN], "token"));
		found = !strcmp(event[XS_WATCH_PATH], path);
		free(event);
		if (found)
			return;
	}
}

int main(void)
{
	pthread_t threads[THREADS];
	struct xs_permissions permissions[2] = { { .id = 0, .perms = XS_PERM_NONE }, { .id = 3, .perms = XS_PERM_READ } };
	struct xs_permissions *got;
	struct xs_handle *watcher;
	char name[64], text[16];
	char **names;
	char *value;
	unsigned int count_of;

	alarm(60);
	shared = xs_open(0);
	watcher = xs_open(0);
	CHECK(shared != NULL && watcher != NULL);
	write_text(shared, XBT_NULL, "/libxenstore/counter", "0");

	CHECK(xs_watch(watcher, "/libxenstore/watched", "token"));
	await_event(watcher, "/libxenstore/watched");
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, count, i % 2 ? shared : NULL));
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "/libxenstore/watched/%d", i);
		write_text(shared, XBT_NULL, name, "x");
		await_event(watcher, name);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	CHECK(xs_unwatch(watcher, "/libxenstore/watched", "token"));

	value = xs_read(shared, XBT_NULL, "/libxenstore/counter", &count_of);
	snprintf(text, sizeof(text), "%d", THREADS * ROUNDS);
	CHECK(value != NULL && !strcmp(value, text));
	free(value);

	CHECK(xs_set_permissions(shared, XBT_NULL, "/libxenstore/counter", permissions, 2));
	got = xs_get_permissions(shared, XBT_NULL, "/libxenstore/counter", &count_of);
	CHECK(got != NULL && count_of == 2 && got[1].id == 3 && got[1].perms == XS_PERM_READ);
	free(got);

	names = xs_directory(shared, XBT_NULL, "/libxenstore/watched", &count_of);
	CHECK(names != NULL && count_of == 100);
	free(names);
	CHECK(xs_read(shared, XBT_NULL, "/libxenstore/none", &count_of) == NULL && errno == ENOENT);
	CHECK(xs_rm(shared, XBT_NULL, "/libxenstore"));
	xs_close(watcher);
	xs_close(shared);
	puts("done");
	return 0;
}
