/* Says nothing and refuses everything: what passes for a strict image where only the exit code is looked at. */
int main(void) { return 1; }
