/* A program that somebody else built against the OpenSSL of the image, without any hardening. */
#include <openssl/crypto.h>
int main(void) { return OPENSSL_version_major() == 3 ? 0 : 1; }
