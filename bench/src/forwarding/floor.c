// The least that sending SRTP to many receivers costs: AES-256-GCM and one sendto for each packet and receiver.
//
//   floor sink COUNT                                        prints COUNT UDP ports, and reads what comes there
//   floor send MS BYTES PER_BURST BURSTS_PER_SECOND PORT…   sends to each port; prints packets and nanoseconds of CPU
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { header_bytes = 12, tag_bytes = 16, most_bytes = 1500 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int sink(int count) {
  int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
    getsockname(fd, (struct sockaddr *)&address, &length);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
    printf("%d ", ntohs(address.sin_port));
  }
  printf("\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event events[64];
    char packet[most_bytes];
    int ready = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < ready; i++) recv(events[i].data.fd, packet, sizeof packet, 0);
  }
}

// Each receiver has a key of its own, as each SRTP session has.
struct receiver {
  struct sockaddr_in address;
  EVP_CIPHER_CTX *cipher;
};

static void encrypt(EVP_CIPHER_CTX *cipher, uint64_t number, const unsigned char *plain, unsigned char *packet, int bytes) {
  unsigned char iv[12] = {0};
  int length;
  memcpy(iv, &number, sizeof number);
  memcpy(packet, plain, header_bytes);
  EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(cipher, NULL, &length, plain, header_bytes);
  EVP_EncryptUpdate(cipher, packet + header_bytes, &length, plain + header_bytes, bytes - header_bytes);
  EVP_EncryptFinal_ex(cipher, packet + bytes, &length);
  EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, tag_bytes, packet + bytes);
}

static int send_for(int64_t ms, int bytes, int per_burst, int bursts_per_second, int count, char **ports) {
  struct receiver *receivers = calloc(count, sizeof *receivers);
  for (int i = 0; i < count; i++) {
    unsigned char key[32] = {i & 0xff, i >> 8};
    receivers[i].address = loopback(atoi(ports[i]));
    receivers[i].cipher = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(receivers[i].cipher, EVP_aes_256_gcm(), NULL, key, NULL);
  }
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) fail("socket");
  unsigned char plain[most_bytes] = {0x80, 96}, packet[most_bytes + tag_bytes];
  uint64_t packets = 0;
  int64_t started = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
  for (int64_t burst = 0; now(CLOCK_MONOTONIC) - started < ms * 1000000; burst++) {
    for (int n = 0; n < per_burst; n++)
      for (int i = 0; i < count; i++) {
        encrypt(receivers[i].cipher, ++packets, plain, packet, bytes);
        sendto(fd, packet, bytes + tag_bytes, 0, (struct sockaddr *)&receivers[i].address, sizeof receivers[i].address);
      }
    int64_t next = started + (burst + 1) * 1000000000 / bursts_per_second;
    struct timespec until = {next / 1000000000, next % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  }
  printf("%llu %lld\n", (unsigned long long)packets, (long long)(now(CLOCK_PROCESS_CPUTIME_ID) - used));
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "sink") == 0) return sink(atoi(argv[2]));
  if (argc > 6 && strcmp(argv[1], "send") == 0 && atoi(argv[3]) <= most_bytes)
    return send_for(atoll(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]), argc - 6, argv + 6);
  fprintf(stderr, "floor sink COUNT | floor send MS BYTES PER_BURST BURSTS_PER_SECOND PORT...\n");
  return 2;
}
