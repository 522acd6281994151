// The benchmark's client: starts a server on pipes and measures it, costing next to nothing itself.
//
// Every line of figures ends with the CPU seconds of the server.
//
//   client pipe    FILE -- COMMAND…           all lines at once; prints seconds, lines, peak KiB
//   client single  FILE COUNT -- COMMAND…     one line at a time; prints p50, p99, longest µs, first answer ms, peak KiB
//   client batches FILE SECONDS BATCH -- …    BATCH lines, their answers, again; prints batches, longest ms, peak KiB
//
// `single` and `batches` go round the file's lines, and fail when an answer holds an error. The first answer's time is
// counted from before the fork.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int toServer, fromServer;
static pid_t server;
static char *text, *place;
static size_t size;
static char buffer[1 << 20];
static double started;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    fprintf(stderr, "client: %s\n", what);
    if (server) kill(server, SIGKILL);
    exit(1);
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc(size + 1);
    if (fread(text, 1, size, file) != size) fail(path);
    fclose(file);
    place = text;
}

static void start(char **command) {
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("pipe");
    started = now();
    server = vfork();
    if (!server) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execvp(command[0], command);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    toServer = in[1];
    fromServer = out[0];
}

static long peakKiB(void) {
    char path[64], line[256];
    long peak = 0;
    snprintf(path, sizeof path, "/proc/%d/status", server);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
    if (file) fclose(file);
    return peak;
}

static void finish(void) {
    close(toServer);
    int status;
    struct rusage used;
    wait4(server, &status, 0, &used);
    if (status) fail("the server did not exit 0");
    printf(" %.6f\n", used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6);
}

static long countLines(const char *bytes, size_t count) {
    long lines = 0;
    for (const char *end = bytes + count; (bytes = memchr(bytes, '\n', end - bytes)); bytes++) lines++;
    return lines;
}

static void send(const char *bytes, size_t count) {
    while (count) {
        ssize_t sent = write(toServer, bytes, count);
        if (sent <= 0) fail("write");
        bytes += sent, count -= sent;
    }
}

/// The next so many lines of the file, beginning again at its end.
static size_t nextLines(int count, char **from) {
    if (place >= text + size) place = text;
    *from = place;
    for (int i = 0; i < count && place < text + size; i++) place = (char *)memchr(place, '\n', text + size - place) + 1;
    return place - *from;
}

static void receive(long lines) {
    while (lines > 0) {
        ssize_t count = read(fromServer, buffer, sizeof buffer);
        if (count <= 0) fail("the server has gone");
        if (memmem(buffer, count, "\"error\":{", 9)) fail(buffer);
        lines -= countLines(buffer, count);
    }
}

static int byTime(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : 1; }

static void single(long count) {
    double *times = malloc(count * sizeof(double)), first = 0;
    for (long i = 0; i < count; i++) {
        char *from;
        size_t length = nextLines(1, &from);
        double before = now();
        send(from, length);
        receive(1);
        double after = now();
        if (!i) first = (after - started) * 1e3;
        times[i] = (after - before) * 1e6;
    }
    qsort(times, count, sizeof(double), byTime);
    printf("%.2f %.2f %.2f %.3f %ld", times[count / 2], times[count * 99 / 100], times[count - 1], first, peakKiB());
}

static void batches(double seconds, int batch) {
    double longest = 0, begin = now();
    long done = 0;
    while (now() - begin < seconds) {
        char *from;
        size_t length = nextLines(batch, &from);
        double before = now();
        send(from, length);
        receive(countLines(from, length));
        double took = (now() - before) * 1e3;
        if (took > longest) longest = took;
        done++;
    }
    printf("%ld %.3f %ld", done, longest, peakKiB());
}

static void pipeAll(void) {
    long lines = countLines(text, size), answers = 0;
    size_t sent = 0;
    fcntl(toServer, F_SETFL, O_NONBLOCK);
    double begin = now();
    while (answers < lines) {
        struct pollfd ends[2] = {{fromServer, POLLIN, 0}, {sent < size ? toServer : -1, POLLOUT, 0}};
        poll(ends, 2, -1);
        if (ends[1].revents) {
            ssize_t count = write(toServer, text + sent, size - sent);
            if (count > 0) sent += count;
        }
        if (ends[0].revents) {
            ssize_t count = read(fromServer, buffer, sizeof buffer);
            if (count <= 0) fail("the server has gone");
            answers += countLines(buffer, count);
        }
    }
    printf("%.6f %ld %ld", now() - begin, lines, peakKiB());
}

int main(int argc, char **argv) {
    int command = 1;
    while (command < argc && strcmp(argv[command], "--")) command++;
    if (command + 1 >= argc || command < 3) return 64;
    signal(SIGPIPE, SIG_IGN);
    load(argv[2]);
    start(argv + command + 1);
    if (!strcmp(argv[1], "pipe")) pipeAll();
    else if (!strcmp(argv[1], "single")) single(atol(argv[3]));
    else batches(atof(argv[3]), atoi(argv[4]));
    finish();
    return 0;
}
