// Makes the file system below one folder fail as the disks of users do. Loaded with LD_PRELOAD by limits.rs.
//
// IMMICH_DISK_FOLDER: the folder. IMMICH_DISK_HITS: a file that gets the name of each fault that was hit.
// IMMICH_DISK_FAULTS: such as "flock=ENOLCK,fsync=EINVAL,longest=143,full=100000":
//   a call and the error that it fails with: flock, fsync (of files), fsyncdir, futimens, link, rename, rename_over
//   (where the target exists), chmod, write, close;
//   kill: the program is killed before this call of a function that changes the folder, counted from 1;
//   longest: names of more bytes fail with ENAMETOOLONG; longest_rename: only rename and link do so;
//   full: ENOSPC after this many bytes were written, the last write being cut.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static const struct { const char *name; int number; } ERRORS[] = {
    {"EPERM", EPERM}, {"EACCES", EACCES}, {"ENOLCK", ENOLCK}, {"ENOSYS", ENOSYS}, {"EINVAL", EINVAL},
    {"ENOTSUP", ENOTSUP}, {"EXDEV", EXDEV}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EIO", EIO},
    {"ENAMETOOLONG", ENAMETOOLONG}, {"EEXIST", EEXIST}, {"EMLINK", EMLINK}, {"EOPNOTSUPP", EOPNOTSUPP},
    {"ENOTTY", ENOTTY}, {"EBADF", EBADF}, {"ESTALE", ESTALE}, {"EROFS", EROFS},
};

static atomic_long written;

static const char *value_of(const char *fault) {
    const char *faults = getenv("IMMICH_DISK_FAULTS");
    size_t length = strlen(fault);
    while (faults && *faults) {
        if (!strncmp(faults, fault, length) && faults[length] == '=') return faults + length + 1;
        faults = strchr(faults, ',');
        if (faults) faults++;
    }
    return NULL;
}

static int error_of(const char *fault) {
    const char *value = value_of(fault);
    for (size_t i = 0; value && i < sizeof ERRORS / sizeof *ERRORS; i++) {
        size_t length = strlen(ERRORS[i].name);
        if (!strncmp(value, ERRORS[i].name, length) && (!value[length] || value[length] == ','))
            return ERRORS[i].number;
    }
    return 0;
}

static void hit(const char *fault) {
    const char *path = getenv("IMMICH_DISK_HITS");
    if (!path) return;
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
    ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int (*real_close)(int) = dlsym(RTLD_NEXT, "close");
    int file = real_open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    char line[64];
    int length = snprintf(line, sizeof line, "%s\n", fault);
    if (file >= 0 && length > 0 && real_write(file, line, length) < 0) abort();
    if (file >= 0) real_close(file);
}

static int is_below(const char *path) {
    const char *folder = getenv("IMMICH_DISK_FOLDER");
    return folder && path && !strncmp(path, folder, strlen(folder));
}

static int is_file_below(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_below(path);
}

static atomic_long changes;

// Called before each change of the folder.
static void change(void) {
    const char *value = value_of("kill");
    if (value && atomic_fetch_add(&changes, 1) + 1 == strtol(value, NULL, 10)) {
        hit("kill");
        raise(SIGKILL);
    }
}

static int fails(const char *fault) {
    int error = error_of(fault);
    if (!error) return 0;
    hit(fault);
    errno = error;
    return 1;
}

static int is_too_long(const char *fault, const char *path) {
    const char *value = value_of(fault);
    if (!value || !is_below(path)) return 0;
    const char *name = strrchr(path, '/');
    if (strlen(name ? name + 1 : path) <= strtoul(value, NULL, 10)) return 0;
    hit(fault);
    errno = ENAMETOOLONG;
    return 1;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(name);                                                                                                    \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                                        \
        va_end(list);                                                                                                  \
        if (flags & O_CREAT && is_below(path)) change();                                                               \
        return is_too_long("longest", path) ? -1 : real(path, flags, mode);                                            \
    }
OPEN(open)
OPEN(open64)

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict found) {
    REAL(statx);
    return is_too_long("longest", path) ? -1 : real(folder, path, flags, mask, found);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (is_below(path)) change();
    return is_too_long("longest", path) ? -1 : real(path, mode);
}

int flock(int file, int operation) {
    REAL(flock);
    return is_file_below(file) && fails("flock") ? -1 : real(file, operation);
}

static int sync_fails(int file) {
    struct stat found;
    if (!is_file_below(file) || fstat(file, &found)) return 0;
    return fails(S_ISDIR(found.st_mode) ? "fsyncdir" : "fsync");
}

int fsync(int file) {
    REAL(fsync);
    if (is_file_below(file)) change();
    return sync_fails(file) ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(fdatasync);
    return sync_fails(file) ? -1 : real(file);
}

int futimens(int file, const struct timespec times[2]) {
    REAL(futimens);
    if (is_file_below(file)) change();
    return is_file_below(file) && fails("futimens") ? -1 : real(file, times);
}

int fchmod(int file, mode_t mode) {
    REAL(fchmod);
    return is_file_below(file) && fails("chmod") ? -1 : real(file, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    return is_below(path) && fails("chmod") ? -1 : real(path, mode);
}

int linkat(int old_folder, const char *from, int new_folder, const char *to, int flags) {
    REAL(linkat);
    if (is_below(to)) change();
    if (is_too_long("longest", to) || is_too_long("longest_rename", to)) return -1;
    return is_below(to) && fails("link") ? -1 : real(old_folder, from, new_folder, to, flags);
}

int link(const char *from, const char *to) {
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    if (is_below(to)) change();
    if (is_too_long("longest", to) || is_too_long("longest_rename", to)) return -1;
    if (is_below(to) && !access(to, F_OK) && fails("rename_over")) return -1;
    return is_below(to) && fails("rename") ? -1 : real(from, to);
}

// The bytes that there is room for, or -1.
static ssize_t room(int file, size_t length) {
    if (!is_file_below(file)) return length;
    if (fails("write")) return -1;
    const char *value = value_of("full");
    if (!value) return length;
    long limit = strtol(value, NULL, 10), before = atomic_fetch_add(&written, length);
    if (before + (long)length <= limit) return length;
    hit("full");
    if (before < limit) return limit - before;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int file, const void *bytes, size_t length) {
    REAL(write);
    if (is_file_below(file)) change();
    ssize_t fits = length ? room(file, length) : 0;
    return fits < 0 ? -1 : real(file, bytes, fits);
}

ssize_t writev(int file, const struct iovec *pieces, int count) {
    REAL(writev);
    if (is_file_below(file)) change();
    size_t length = 0;
    for (int i = 0; i < count; i++) length += pieces[i].iov_len;
    ssize_t fits = length ? room(file, length) : 0;
    if (fits < 0) return -1;
    if ((size_t)fits == length) return real(file, pieces, count);
    // As far as there is room in the first pieces.
    ssize_t done = 0;
    for (int i = 0; i < count && done < fits; i++) {
        size_t piece = pieces[i].iov_len < (size_t)(fits - done) ? pieces[i].iov_len : (size_t)(fits - done);
        struct iovec one = {pieces[i].iov_base, piece};
        ssize_t now = real(file, &one, 1);
        if (now < 0) return done ? done : -1;
        done += now;
    }
    return done;
}

int unlink(const char *path) {
    REAL(unlink);
    if (is_below(path)) change();
    return real(path);
}

int ftruncate64(int file, off64_t length) {
    REAL(ftruncate64);
    if (is_file_below(file)) change();
    return real(file, length);
}

int close(int file) {
    REAL(close);
    int below = is_file_below(file), outcome = real(file);
    return below && fails("close") ? -1 : outcome;
}
