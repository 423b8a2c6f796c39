/*
 * The runner of the compliance suite: runs programs of the image that it is in, one after the other, and says what each said and how it
 * ended. Setting up a sandbox costs more than most programs in it; with this, programs with the same surroundings share one. It judges
 * nothing, and what runs in it leaves nothing behind for the next: its processes are ended with it, and /tmp is emptied.
 *
 *   order    MILLISECONDS BYTES INPUT COUNT LENGTH...   and a newline; then the arguments, the program first, and the input, without
 *                                                       anything between. How long it may take, how much it may say on either channel,
 *                                                       the length of its input, how many arguments and the length of each.
 *   answer   WORD NUMBER OUT ERR                        and a newline; then OUT bytes of standard output, ERR of standard error.
 *            ended CODE        its exit code, or 128 and the signal that ended it
 *            late 0            it took longer, and was ended
 *            loud 0            it said more, and was ended
 *            unstarted ERRNO   it could not be started
 *
 * Orders come on standard input, answers go to standard output, in order. It ends with 0 when every order was answered.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_ARGUMENTS 256
#define MOST_NUMBER (1L << 30)
/* How long what was killed may take to be gone. */
#define GRACE_MS 10000
#define SANDBOXED 2
#define OPEN_FOLDERS 16

struct order {
    long patience;
    size_t most;
    char *input;
    size_t length;
    char *argv[MOST_ARGUMENTS + 1];
};

struct channel {
    int fd;
    char *bytes;
    size_t used;
    size_t room;
};

enum ending { ENDED, LATE, LOUD, UNSTARTED };

static const char *const WORDS[] = { "ended", "late", "loud", "unstarted" };
/* What a program may leave something in, and how many entries each has before the first. */
static const char *const TEMPORARY[] = { "/tmp", "/dev/shm" };
static long entries_before[2];

static void fail(const char *what)
{
    fflush(stdout);
    fprintf(stderr, "fips-runner: %s\n", what);
    exit(2);
}

static void *room(void *old, size_t size)
{
    void *new = realloc(old, size);

    if (new == NULL)
        fail("there is no memory left");
    return new;
}

static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A number and the one byte after it. */
static long read_number(int c, char end)
{
    long number = 0;

    if (c < '0' || c > '9')
        fail("an order is not understood");
    for (; c >= '0' && c <= '9'; c = getchar()) {
        number = number * 10 + (c - '0');
        if (number > MOST_NUMBER)
            fail("an order has a number that is too large");
    }
    if (c != end)
        fail("an order is not understood");
    return number;
}

static char *read_bytes(size_t length)
{
    char *bytes = room(NULL, length + 1);

    if (fread(bytes, 1, length, stdin) != length)
        fail("an order ends before its end");
    bytes[length] = '\0';
    return bytes;
}

/* Returns 0 when there is no order left. */
static int read_order(struct order *order)
{
    size_t lengths[MOST_ARGUMENTS];
    long count, i;
    int c = getchar();

    if (c == EOF)
        return 0;
    order->patience = read_number(c, ' ');
    order->most = (size_t)read_number(getchar(), ' ');
    order->length = (size_t)read_number(getchar(), ' ');
    count = read_number(getchar(), ' ');
    if (count < 1 || count > MOST_ARGUMENTS)
        fail("an order has no argument, or too many");
    for (i = 0; i < count; i++)
        lengths[i] = (size_t)read_number(getchar(), i + 1 < count ? ' ' : '\n');
    for (i = 0; i < count; i++)
        order->argv[i] = read_bytes(lengths[i]);
    order->argv[count] = NULL;
    order->input = read_bytes(order->length);
    return 1;
}

static void forget_order(struct order *order)
{
    char **argument;

    for (argument = order->argv; *argument != NULL; argument++)
        free(*argument);
    free(order->input);
}

static long count_entries(const char *folder)
{
    DIR *opened = opendir(folder);
    long count = 0;

    if (opened == NULL)
        return -1;
    while (readdir(opened) != NULL)
        count++;
    closedir(opened);
    return count;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    /* What is mounted there cannot be removed, and shall not: whatever else stays is found by counting. */
    if (place->level > 0)
        (void)!remove(path);
    return 0;
}

static void empty_temporary_folders(void)
{
    int i;

    for (i = 0; i < 2; i++) {
        if (count_entries(TEMPORARY[i]) == entries_before[i])
            continue;
        nftw(TEMPORARY[i], remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        if (count_entries(TEMPORARY[i]) != entries_before[i])
            fail("a program left something behind that cannot be removed");
    }
}

static void become(struct order *order, int in, int out, int err, int failed)
{
    int reason;

    if (in < 0)
        in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (in >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2) {
        signal(SIGPIPE, SIG_DFL);
        execvp(order->argv[0], order->argv);
    }
    reason = errno;
    (void)!write(failed, &reason, sizeof(reason));
    _exit(127);
}

static void open_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("there are no pipes left");
}

/* Reads what there is. Returns 0 when more was said than may be. */
static int take(struct channel *channel, size_t most)
{
    ssize_t got;

    if (channel->used == channel->room) {
        channel->room = channel->room == 0 ? 65536 : channel->room * 2;
        channel->bytes = room(channel->bytes, channel->room);
    }
    got = read(channel->fd, channel->bytes + channel->used, channel->room - channel->used);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return 1;
    if (got <= 0) {
        close(channel->fd);
        channel->fd = -1;
        return 1;
    }
    channel->used += (size_t)got;
    if (channel->used <= most)
        return 1;
    channel->used = 0;
    return 0;
}

/* Feeds a program its input; closes it at its end, and when nobody reads it. */
static void feed(int *in, const struct order *order, size_t *fed)
{
    ssize_t put = write(*in, order->input + *fed, order->length - *fed);

    if (put > 0)
        *fed += (size_t)put;
    if ((put < 0 && errno != EINTR && errno != EAGAIN) || *fed == order->length) {
        close(*in);
        *in = -1;
    }
}

/* Everything else in this sandbox but its init is the program's: it may have started others. */
static void end_all(void)
{
    kill(-1, SIGKILL);
}

struct watched {
    pid_t pid;
    int pidfd;
    int in;
    struct channel out, err;
};

/* Waits for the end of a program and of everything that it says. Returns how it ended, and its status. */
static enum ending watch(struct watched *program, struct order *order, int *status)
{
    enum ending ending = ENDED;
    long deadline = now_ms() + order->patience;
    size_t fed = 0;
    int alive = 1;

    while (alive || program->out.fd >= 0 || program->err.fd >= 0) {
        struct pollfd fds[] = {
            { program->out.fd, POLLIN, 0 },
            { program->err.fd, POLLIN, 0 },
            { program->in, POLLOUT, 0 },
            { alive ? program->pidfd : -1, POLLIN, 0 },
        };
        long left = deadline - now_ms();
        int isOver = !alive || ending != ENDED;

        if (left <= 0 && isOver)
            fail("a program could not be ended");
        if (left <= 0) {
            ending = LATE;
            deadline = now_ms() + GRACE_MS;
            end_all();
            continue;
        }
        if (poll(fds, 4, (int)left) < 0 && errno != EINTR)
            fail("a program cannot be watched");
        if ((fds[0].revents != 0 && !take(&program->out, order->most))
            || (fds[1].revents != 0 && !take(&program->err, order->most))) {
            if (!isOver)
                deadline = now_ms() + GRACE_MS;
            ending = LOUD;
            end_all();
        }
        if (fds[2].revents != 0)
            feed(&program->in, order, &fed);
        if (fds[3].revents != 0 && waitpid(program->pid, status, 0) == program->pid) {
            alive = 0;
            deadline = now_ms() + GRACE_MS;
            end_all();
        }
    }
    if (program->in >= 0)
        close(program->in);
    return ending;
}

static void answer(enum ending ending, int number, const struct watched *program)
{
    int isWhole = ending == ENDED;
    size_t out = isWhole ? program->out.used : 0;
    size_t err = isWhole ? program->err.used : 0;

    printf("%s %d %zu %zu\n", WORDS[ending], number, out, err);
    fwrite(program->out.bytes, 1, out, stdout);
    fwrite(program->err.bytes, 1, err, stdout);
    if (fflush(stdout) != 0)
        fail("nobody listens");
}

static void run(struct order *order)
{
    struct watched program = { 0, -1, -1, { -1, NULL, 0, 0 }, { -1, NULL, 0, 0 } };
    enum ending ending;
    int in[2] = { -1, -1 }, out[2], err[2], failed[2];
    int reason = 0, status = 0;

    if (order->length > 0)
        open_pipe(in);
    open_pipe(out);
    open_pipe(err);
    open_pipe(failed);
    program.pid = fork();
    if (program.pid < 0)
        fail("no process can be started");
    if (program.pid == 0)
        become(order, in[0], out[1], err[1], failed[1]);
    if (order->length > 0) {
        close(in[0]);
        fcntl(in[1], F_SETFL, O_NONBLOCK);
    }
    close(out[1]);
    close(err[1]);
    close(failed[1]);
    program.in = in[1];
    program.out.fd = out[0];
    program.err.fd = err[0];
    /* The pipe closes by itself where the program starts. */
    if (read(failed[0], &reason, sizeof(reason)) != sizeof(reason))
        reason = 0;
    close(failed[0]);
    program.pidfd = (int)syscall(SYS_pidfd_open, program.pid, 0);
    if (program.pidfd < 0)
        fail("a program cannot be watched");
    ending = watch(&program, order, &status);
    close(program.pidfd);
    if (reason != 0)
        answer(UNSTARTED, reason, &program);
    else
        answer(ending, ending != ENDED ? 0 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), &program);
    free(program.out.bytes);
    free(program.err.bytes);
}

int main(void)
{
    struct order order;
    int i;

    /* It ends every process that it sees, so it must see none but its own: in a sandbox of its own it is the first after init. */
    if (getpid() != SANDBOXED)
        fail("it runs alone in a sandbox, as its first program, and nowhere else");
    /* What it runs is not to look into it, or to answer in its place. */
    if (prctl(PR_SET_DUMPABLE, 0) != 0)
        fail("it cannot close itself to others");
    signal(SIGPIPE, SIG_IGN);
    for (i = 0; i < 2; i++)
        entries_before[i] = count_entries(TEMPORARY[i]);
    while (read_order(&order)) {
        run(&order);
        forget_order(&order);
        empty_temporary_folders();
    }
    return 0;
}
