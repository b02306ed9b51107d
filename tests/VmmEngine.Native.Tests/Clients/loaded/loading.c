/* The library loaded and unloaded by hand, in a process whose address space is limited as servers' are. */
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <vmmengine.h>

#include "check.h"

struct library {
    void *handle;
    int (*open)(const char *, int);
    int (*close)(int);
    const char *(*version)(void);
};

static struct library load(const char *path)
{
    struct library library = { .handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) };
    if (library.handle == NULL)
        printf("%s\n", dlerror());
    REQUIRE(library.handle != NULL);
    library.open = (int (*)(const char *, int))dlsym(library.handle, "vmm_open");
    library.close = (int (*)(int))dlsym(library.handle, "vmm_close");
    library.version = (const char *(*)(void))dlsym(library.handle, "vmm_version");
    REQUIRE(library.open != NULL && library.close != NULL && library.version != NULL);
    return library;
}

static const char *path;

static void a_limited_address_space_is_enough(void)
{
    struct rlimit limit = { .rlim_cur = 8ull << 30, .rlim_max = 8ull << 30 };
    REQUIRE_EQ(0, setrlimit(RLIMIT_AS, &limit));
    struct library library = load(path);
    int control = library.open("/dev/vmmctl", O_RDWR);
    EXPECT(control >= 0);
    EXPECT_EQ(0, library.close(control));
}

/* The runtime's threads live on: the code must, too. */
static void an_unloaded_library_stays(void)
{
    struct library library = load(path);
    EXPECT_EQ(0, dlclose(library.handle));
    EXPECT_EQ(0, dlclose(library.handle)); /* the first case's */
    EXPECT(library.version()[0] != '\0');
    int control = library.open("/dev/vmmctl", O_RDWR);
    EXPECT(control >= 0);
    EXPECT_EQ(0, library.close(control));

    struct library again = load(path);
    EXPECT(again.open == library.open);
}

int main(int argc, char **argv)
{
    REQUIRE_EQ(2, argc);
    path = argv[1];
    return RUN_CASES(CASE(a_limited_address_space_is_enough), CASE(an_unloaded_library_stays));
}
