// mediasoup's BIO callback answers 1 to every control call, so also to "does the kernel do TLS for this one?". The
// OpenSSL that mediasoup brings has no kernel TLS and never asks. Debian's has: it takes the answer for a yes, does not
// allocate its DTLS write buffer, and the worker dies at the first browser's handshake. The linker sends every call of
// BIO_ctrl through here (--wrap=BIO_ctrl).
#include <openssl/bio.h>

long __real_BIO_ctrl(BIO *bio, int command, long number, void *pointer);

long __wrap_BIO_ctrl(BIO *bio, int command, long number, void *pointer)
{
	if (command == BIO_CTRL_GET_KTLS_SEND || command == BIO_CTRL_GET_KTLS_RECV)
		return 0;

	return __real_BIO_ctrl(bio, command, number, pointer);
}
