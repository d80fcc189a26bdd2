/*
 * The least that a server can do for a request: wait in epoll, receive, send. It parses nothing: whatever arrives gets the same answer, so a
 * client may not pipeline. Nobody could serve a site with it; it shows what the kernel takes.
 *
 * cloop PORT PROCESSES: each process has its own listening socket on 127.0.0.1 (SO_REUSEPORT). Ends with its parent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* As long as an answer of the others: the same page, the usual headers. */
static const char answer[] =
    "HTTP/1.1 200 OK\r\n"
    "Date: Sat, 21 Nov 2026 00:00:00 GMT\r\n"
    "Server: cloop\r\n"
    "Content-Type: text/html\r\n"
    "Content-Length: 45\r\n"
    "\r\n"
    "<html><body><h1>It works!</h1></body></html>\n";

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_on(int port)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0) fail("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    if (listen(fd, 511) < 0) fail("listen");
    return fd;
}

static void watch(int poll, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static void serve(int listener)
{
    struct epoll_event events[256];
    char request[4096];
    int on = 1, poll = epoll_create1(0);
    if (poll < 0) fail("epoll_create1");
    watch(poll, listener);
    for (;;) {
        int n = epoll_wait(poll, events, 256, -1);
        if (n < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (client < 0) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(poll, client);
                continue;
            }
            ssize_t got = recv(fd, request, sizeof request, 0);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (got <= 0 || send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) != sizeof answer - 1) close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    int port = argc == 3 ? atoi(argv[1]) : 0, processes = argc == 3 ? atoi(argv[2]) : 0;
    pid_t parent = getpid();
    if (port <= 0 || processes <= 0) {
        fprintf(stderr, "usage: cloop PORT PROCESSES\n");
        return 2;
    }
    for (int i = 0; i < processes; i++) {
        int listener = listen_on(port);
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent) return 1;
            serve(listener);
        }
        close(listener);
    }
    wait(NULL); /* none ends by itself */
    return 1;
}
