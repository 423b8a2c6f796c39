/* Says what it was asked to do, as a tool would that does not do it. */
#include <stdio.h>
int main(int count, char **words)
{
    for (int i = 1; i < count; i++)
        printf("%s%s", words[i], i + 1 < count ? " " : "\n");
    return 0;
}
