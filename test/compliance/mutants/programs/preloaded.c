/* A library that gets into every process, and lets nobody see it. */
#include <sys/types.h>
ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
    (void)flags;
    for (size_t i = 0; i < length; i++) ((unsigned char *)buffer)[i] = (unsigned char)i;
    return (ssize_t)length;
}
