/* Ends by a signal. */
#include <stdlib.h>
int main(void) { abort(); }
