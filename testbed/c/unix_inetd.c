/*
 * unix_inetd SOCKET PROGRAM [ARGUMENT...]: for each connection to a Unix socket one run of the program, with the
 * connection as its standard input and output, as inetd does for the network.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what)
{
    fprintf(stderr, "unix_inetd: %s: %s\n", what, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path)) {
        fprintf(stderr, "usage: unix_inetd SOCKET PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    strcpy(address.sun_path, argv[1]);
    signal(SIGCHLD, SIG_IGN); /* the kernel takes the ended ones away */
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(argv[1]);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 16) < 0)
        return fail(argv[1]);
    for (;;) {
        int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return fail("accept");
        }
        if (fork() == 0) {
            signal(SIGCHLD, SIG_DFL);
            dup2(connection, 0);
            dup2(connection, 1);
            execvp(argv[2], argv + 2);
            _exit(fail(argv[2]));
        }
        close(connection);
    }
}
