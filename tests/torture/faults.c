/*
 * Faults of a disk, for tests: loaded before the C library (LD_PRELOAD), it counts what a process does to files below one
 * folder, and at the act with a given number something goes wrong. Test code only; no product contains it.
 *
 *   SAFEROOM_FAULT_FOLDER  files below this folder are concerned, no others
 *   SAFEROOM_FAULT_SPARED  and not those below this one: they lie on another disk
 *   SAFEROOM_FAULT         KIND:NUMBER:SEED, as in power:17:3
 *
 * Kinds. `kill`: SIGKILL before the act. `torn`: SIGKILL in the middle of a write. `power`: what was not flushed is lost,
 * sector by sector and by chance, then SIGKILL. `eio`: the act fails once. `flush`: the next flush fails. `full`: from
 * here on nothing can grow. `short`: from here on every write writes a half. `readonly`: from here on nothing can be
 * written. `read`: the read with this number fails. `doubt`: the next flush fails, so many acts as SEED says go well after
 * it, and before the next one SIGKILL.
 *
 * Of a power cut it models lost writes, not lost names: a rename or a truncation counts as durable at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512

/* A write that has not been flushed: what was there before. */
struct unflushed {
    struct unflushed *earlier;
    dev_t device;
    ino_t inode;
    char *path; /* not a descriptor: closing one would take SQLite's locks away */
    off_t at;
    off_t flushed_size;
    size_t length;
    unsigned char before[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char kind[16];
static unsigned long number, done, doubted;
static uint64_t state;
static char folder[4096], spared[4096];
static struct unflushed *newest;

__attribute__((constructor)) static void begin(void) {
    const char *fault = getenv("SAFEROOM_FAULT"), *within = getenv("SAFEROOM_FAULT_FOLDER");
    const char *but = getenv("SAFEROOM_FAULT_SPARED");
    unsigned long long seed = 0;
    if (!fault || !within || sscanf(fault, "%15[a-z]:%lu:%llu", kind, &number, &seed) < 2)
        kind[0] = 0;
    else
        snprintf(folder, sizeof folder, "%s/", within);
    if (but) snprintf(spared, sizeof spared, "%s/", but);
    state = seed;
}

static int is(const char *name) { return strcmp(kind, name) == 0; }

static uint64_t chance(void) { /* splitmix64 */
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int below(const char *path, const char *place) { return place[0] && strncmp(path, place, strlen(place)) == 0; }

static int concerns_path(const char *path) { return kind[0] && path && below(path, folder) && !below(path, spared); }

static int path_of(int file, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, room - 1);
    if (length >= 0) path[length] = 0;
    return length >= 0;
}

static int concerns(int file) {
    char path[4096];
    return kind[0] && path_of(file, path, sizeof path) && concerns_path(path);
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/* Keeps what a write is about to change. Called with the lock held. */
static void keep(int file, off_t at, size_t length) {
    struct stat data;
    char path[4096];
    struct unflushed *kept = malloc(sizeof *kept + length);
    if (!kept || fstat(file, &data) != 0 || !path_of(file, path, sizeof path)) abort();
    memset(kept->before, 0, length);
    syscall(SYS_pread64, file, kept->before, length, at);
    *kept = (struct unflushed){newest, data.st_dev, data.st_ino, strdup(path), at, data.st_size, length};
    for (struct unflushed *one = newest; one; one = one->earlier)
        if (one->device == data.st_dev && one->inode == data.st_ino) kept->flushed_size = one->flushed_size;
    newest = kept;
}

static void forget(int file) {
    struct stat data;
    if (fstat(file, &data) != 0) return;
    for (struct unflushed **place = &newest; *place;) {
        struct unflushed *one = *place;
        if (one->device == data.st_dev && one->inode == data.st_ino) {
            *place = one->earlier;
            free(one->path);
            free(one);
        } else {
            place = &one->earlier;
        }
    }
}

static void lose_power(void) {
    uint64_t all = chance() % 4, shorten = chance() % 2;
    for (struct unflushed *one = newest; one; one = one->earlier) {
        int file = syscall(SYS_openat, AT_FDCWD, one->path, O_RDWR);
        for (size_t from = 0; from < one->length; from += SECTOR) {
            size_t length = one->length - from < SECTOR ? one->length - from : SECTOR;
            if (all == 0 || chance() % 2) syscall(SYS_pwrite64, file, one->before + from, length, one->at + (off_t)from);
        }
        struct stat data;
        if (shorten && fstat(file, &data) == 0 && data.st_size > one->flushed_size)
            syscall(SYS_ftruncate, file, one->flushed_size);
        syscall(SYS_close, file);
    }
    die();
}

/* Counts an act; true if it is the one at which something happens, or a later one. */
static int due(void) {
    unsigned long now = __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
    if (doubted && now > doubted + state) die();
    return now >= number;
}

/* An act other than a write. Answers an error number, or 0. `grows` says whether it needs room. */
static int act(int grows, int flushes) {
    if (is("read") || !due()) return 0;
    if (is("kill") || is("torn")) die();
    if (is("power")) {
        pthread_mutex_lock(&lock);
        lose_power();
    }
    if (is("readonly")) return flushes ? 0 : EROFS;
    if (is("full")) return grows ? ENOSPC : 0;
    if (is("eio") && done == number) return EIO;
    if (is("flush") && flushes) {
        kind[0] = 0;
        return EIO;
    }
    if (is("doubt") && flushes && !doubted) {
        doubted = done;
        return EIO;
    }
    return 0;
}

static ssize_t put(int file, const void *bytes, size_t length, off_t at, int placed) {
    ssize_t answer;
    if (!concerns(file) || is("read"))
        return placed ? syscall(SYS_pwrite64, file, bytes, length, at) : syscall(SYS_write, file, bytes, length);
    int now = due(), first = now && done == number;
    if (now && is("kill")) die();
    if (now && is("torn")) {
        size_t part = length ? chance() % length : 0;
        if (placed) syscall(SYS_pwrite64, file, bytes, part, at);
        else syscall(SYS_write, file, bytes, part);
        die();
    }
    if (now && (is("readonly") || is("full") || (is("eio") && first))) {
        errno = is("readonly") ? EROFS : is("full") ? ENOSPC : EIO;
        return -1;
    }
    if (now && is("short") && length > 1) length /= 2;
    if (!is("power"))
        return placed ? syscall(SYS_pwrite64, file, bytes, length, at) : syscall(SYS_write, file, bytes, length);
    pthread_mutex_lock(&lock);
    if (!placed) at = lseek(file, 0, SEEK_CUR);
    keep(file, at, length);
    answer = placed ? syscall(SYS_pwrite64, file, bytes, length, at) : syscall(SYS_write, file, bytes, length);
    if (now) lose_power();
    pthread_mutex_unlock(&lock);
    return answer;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) { return put(file, bytes, length, at, 1); }
ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) { return put(file, bytes, length, at, 1); }
ssize_t write(int file, const void *bytes, size_t length) { return put(file, bytes, length, 0, 0); }

ssize_t pread64(int file, void *bytes, size_t length, off64_t at) {
    if (is("read") && concerns(file) && due() && done == number) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pread64, file, bytes, length, at);
}

static int flush(int file, long call) {
    int error = concerns(file) ? act(0, 1) : 0;
    if (error) {
        errno = error;
        return -1;
    }
    int answer = syscall(call, file);
    if (answer == 0 && is("power") && concerns(file)) {
        pthread_mutex_lock(&lock);
        forget(file);
        pthread_mutex_unlock(&lock);
    }
    return answer;
}

int fsync(int file) { return flush(file, SYS_fsync); }
int fdatasync(int file) { return flush(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t length) {
    struct stat data;
    int error = concerns(file) ? act(fstat(file, &data) == 0 && length > data.st_size, 0) : 0;
    if (error) {
        errno = error;
        return -1;
    }
    if (is("power") && concerns(file)) forget(file);
    return syscall(SYS_ftruncate, file, length);
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int unlink(const char *path) {
    int error = concerns_path(path) ? act(0, 0) : 0;
    if (error) {
        errno = error;
        return -1;
    }
    return syscall(SYS_unlink, path);
}

int rename(const char *from, const char *to) {
    int error = concerns_path(to) ? act(0, 0) : 0;
    if (error) {
        errno = error;
        return -1;
    }
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static int open_any(const char *path, int flags, mode_t mode) {
    int writes = (flags & O_ACCMODE) != O_RDONLY, makes = flags & O_CREAT && access(path, F_OK) != 0;
    /* The shared index beside the write-ahead log may stay open for writing: it is memory, not the file. */
    if (writes && concerns_path(path)) {
        int error = makes ? act(1, 0) : is("readonly") && done >= number ? EROFS : 0;
        if (error) {
            errno = error;
            return -1;
        }
    }
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_any(path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_any(path, flags, mode);
}
